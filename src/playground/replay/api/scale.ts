import type { Stored } from "../objects/stored.js";
import { badRequest } from "../status-error.js";
import { applyPatch } from "./apply-patch.js";
import type { Answer, Call } from "./call.js";
import type { Store } from "../store.js";
import type { Resource } from "../objects/resources.js";

interface Scalable extends Stored {
  spec: { replicas: number; selector: { matchLabels?: Record<string, string> } };
  status?: { replicas?: number };
}

function scaleOf(object: Scalable): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = Object.entries(object.spec.selector.matchLabels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: object.spec.replicas },
    status: { replicas: object.status?.replicas ?? 0, selector },
  };
}

/** The `scale` subresource: read it, replace it, patch it. @throws StatusError */
export function handleScale(
  store: Store,
  place: { resource: Resource; namespace: string | undefined; name: string },
  call: Call,
): Answer {
  const current = store.get(place.resource.kind, place.namespace, place.name) as Scalable;
  if (call.method === "GET") return { status: 200, body: scaleOf(current) };
  const wanted = (call.method === "PATCH" ? applyPatch(scaleOf(current), call.contentType, call.body) : call.body) as {
    metadata?: { resourceVersion?: string };
    spec?: { replicas?: unknown };
  } | null;
  const replicas = wanted?.spec?.replicas ?? 0;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0)
    throw badRequest("Scale: spec.replicas is not a count");
  const metadata = { ...current.metadata, resourceVersion: wanted?.metadata?.resourceVersion ?? "" };
  const next = { ...current, metadata, spec: { ...current.spec, replicas } };
  return {
    status: 200,
    body: scaleOf(call.query["dryRun"] === "All" ? store.next(current, next, true) : store.replace(current, next)),
  };
}
