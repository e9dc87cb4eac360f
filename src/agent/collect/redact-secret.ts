import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { Redact } from "../../domain/redaction.js";

/** A Secret without its values: names, keys and times stay, each value becomes a text that leads nowhere. */
export function redactSecret(secret: KubernetesObject, redact: Redact): KubernetesObject {
  const opaque = (values: unknown): Record<string, string> =>
    values === null || typeof values !== "object"
      ? {}
      : Object.fromEntries(Object.entries(values).map(([key, value]) => [key, redact.value(JSON.stringify(value))]));
  const { apiVersion, kind, metadata } = secret;
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, ownerReferences } =
    metadata;
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels, ownerReferences },
    ...(typeof secret["type"] === "string" ? { type: secret["type"] } : {}),
    data: { ...opaque(secret["data"]), ...opaque(secret["stringData"]) },
  };
}
