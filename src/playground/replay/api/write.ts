import { checkEscalation } from "../access/check-escalation.js";
import { admit } from "../objects/admit.js";
import { apiVersionOf, type Resource } from "../objects/resources.js";
import type { Metadata, Stored } from "../objects/stored.js";
import { alreadyExists, badRequest, forbidden, notFound, otherUid } from "../status-error.js";
import { Store } from "../store.js";
import { applyPatch } from "./apply-patch.js";
import type { Answer, Call } from "./call.js";

type Place = { resource: Resource; namespace: string | undefined };
type ObjectPlace = Place & { name: string };

const isMap = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const isDryRun = (query: Call["query"]) => query["dryRun"] === "All";
const isStrict = (query: Call["query"]) => query["fieldValidation"] === "Strict";

/** A body as an object of this place. @throws StatusError 400 */
function read(body: unknown, { resource, namespace }: Place, name: string | undefined): Stored {
  if (!isMap(body)) throw badRequest("the body of the request is not a JSON object");
  const metadata = isMap(body["metadata"]) ? body["metadata"] : {};
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = body;
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource)) {
    throw badRequest(
      `${String(kind)} in version "${resource.version}" cannot be handled as a ${resource.kind}: converting (${String(apiVersion)}.${String(kind)}) to (${resource.group}.${resource.kind}): unknown conversion`,
    );
  }
  if (namespace !== undefined && (metadata["namespace"] ?? namespace) !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const given = typeof metadata["name"] === "string" ? metadata["name"] : "";
  if (name !== undefined && given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  const placed = { ...metadata, name: given, ...(namespace === undefined ? {} : { namespace }) } as Metadata;
  return { ...body, apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: placed };
}

/** A pod names an account that is there, or it is not made. @throws StatusError 403 */
function checkAccount(store: Store, pod: Stored): void {
  const { serviceAccountName = "default" } = pod["spec"] as { serviceAccountName?: string };
  const { namespace = "", name } = pod.metadata;
  if (store.find("ServiceAccount", namespace, serviceAccountName)) return;
  throw forbidden(
    Store.named(store.resources.ofKind("Pod"), name),
    `error looking up service account ${namespace}/${serviceAccountName}: serviceaccount "${serviceAccountName}" not found`,
  );
}

/** @throws StatusError; nothing was kept then */
export function createObject(store: Store, place: Place, call: Call): Answer {
  const { resource, namespace } = place;
  const about = (name: string) => Store.named(resource, name);
  if (resource.namespaced && namespace === undefined)
    throw badRequest("an empty namespace may not be set during creation");
  if (namespace !== undefined && !store.find("Namespace", undefined, namespace)) {
    throw notFound(Store.named(store.resources.ofKind("Namespace"), namespace));
  }
  const { status, ...sent }: Stored = read(call.body, place, undefined);
  // What has a status subresource gets none by creation.
  const wanted: Stored = resource.status || status === undefined ? sent : { ...sent, status };
  const object = admit(wanted, { resource, strict: isStrict(call.query), old: undefined });
  checkEscalation(store, call.user, object);
  if (resource.kind === "Pod") checkAccount(store, object);
  if (store.find(resource.kind, namespace, object.metadata.name)) throw alreadyExists(about(object.metadata.name));
  const kept = isDryRun(call.query) ? store.complete(resource.kind, object) : store.create(resource.kind, object);
  return { status: 201, body: kept };
}

/** The object with what this write may change: all but the status, or the status alone. */
function changed(
  store: Store,
  place: ObjectPlace,
  call: Call,
  current: Stored,
  sent: Stored,
  subresource: string | undefined,
): Stored {
  const { resource } = place;
  // Without a version in it the write is for whatever is there; a patch starts from what is there, and so carries it.
  const { resourceVersion = "", uid } = sent.metadata as Partial<Metadata>;
  if (uid !== undefined && uid !== current.metadata.uid) {
    throw otherUid(Store.named(resource, place.name), "precondition", uid, current.metadata.uid);
  }
  const next: Stored =
    subresource === "status"
      ? {
          ...current,
          ...(sent["status"] === undefined ? {} : { status: sent["status"] }),
          metadata: { ...current.metadata, resourceVersion },
        }
      : {
          ...sent,
          ...(resource.status ? { status: current["status"] } : {}),
          metadata: { ...sent.metadata, resourceVersion },
        };
  if (next["status"] === undefined) delete next["status"];
  const admitted = admit(next, { resource, strict: isStrict(call.query), old: current });
  if (subresource === undefined) checkEscalation(store, call.user, admitted);
  return admitted;
}

function finish(store: Store, call: Call, current: Stored, next: Stored): Answer {
  return { status: 200, body: isDryRun(call.query) ? store.next(current, next, true) : store.replace(current, next) };
}

/** PUT of an object or of its status. @throws StatusError */
export function replaceObject(store: Store, place: ObjectPlace, call: Call, subresource: string | undefined): Answer {
  const current = store.get(place.resource.kind, place.namespace, place.name);
  const sent = read(call.body, place, place.name);
  return finish(store, call, current, changed(store, place, call, current, sent, subresource));
}

/** PATCH of an object or of its status. @throws StatusError */
export function patchObject(store: Store, place: ObjectPlace, call: Call, subresource: string | undefined): Answer {
  const current = store.get(place.resource.kind, place.namespace, place.name);
  const sent = read(applyPatch(current, call.contentType, call.body), place, place.name);
  return finish(store, call, current, changed(store, place, call, current, sent, subresource));
}

/** DELETE; a pod that has a node is only marked, and its node ends it. @throws StatusError */
export function deleteObject(store: Store, { resource, namespace, name }: ObjectPlace, call: Call): Answer {
  const current = store.get(resource.kind, namespace, name);
  const wanted = isMap(call.body) && isMap(call.body["preconditions"]) ? call.body["preconditions"]["uid"] : undefined;
  const { uid } = current.metadata;
  if (typeof wanted === "string" && wanted !== uid)
    throw otherUid(Store.named(resource, name), "precondition", wanted, uid);
  if (!isDryRun(call.query)) {
    const pod = resource.kind === "Pod" ? store.get("Pod", namespace, name) : undefined;
    if (pod?.spec.nodeName !== undefined) {
      store.markDeleted(current, pod.spec.terminationGracePeriodSeconds);
      return { status: 200, body: store.find("Pod", namespace, name) ?? current };
    }
    store.remove(current);
  }
  const group = resource.group === "" ? {} : { group: resource.group };
  return {
    status: 200,
    body: {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Success",
      details: { name, ...group, kind: resource.plural, uid },
    },
  };
}
