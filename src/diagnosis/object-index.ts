import { at, type KubernetesObject, textAt } from "../domain/kubernetes-object.js";
import type { Snapshot } from "../domain/snapshot.js";
import { eventReason, eventText, eventTime } from "./event-text.js";

/** The objects of a snapshot by kind and name, and the events by what they are about. */
export interface ObjectIndex {
  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined;
  /** Sorted by name. Without a namespace: of all. */
  list(kind: string, namespace?: string): readonly KubernetesObject[];
  /** Was this kind read, so that an object that is not there is known not to be there? */
  knows(kind: string): boolean;
  controllerOf(object: KubernetesObject): { kind: string; name: string } | undefined;
  /** The object that a person would change: the owner at the top, a stand-in where the snapshot lacks it. */
  topOwner(object: KubernetesObject): KubernetesObject;
  /** Warning and normal events about one object, newest last. */
  eventsOf(object: KubernetesObject): readonly KubernetesObject[];
  /** A Deployment's ReplicaSets, newest revision first. */
  revisions(deployment: KubernetesObject): readonly KubernetesObject[];
}

/** What a reader of a namespace lists first: with all objects read, one that is not there does not exist. */
const basicKinds = new Set([
  "Pod",
  "ReplicaSet",
  "Deployment",
  "StatefulSet",
  "DaemonSet",
  "Job",
  "Service",
  "ConfigMap",
]);

export function revisionOf(replicaSet: KubernetesObject): number {
  return Number(replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0) || 0;
}

export function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Indexes a snapshot. The order of its objects does not matter; of two copies of one object the newer one counts. */
export function buildObjectIndex(snapshot: Snapshot): ObjectIndex {
  const byKey = new Map<string, KubernetesObject>();
  const keyed = snapshot.objects
    .filter(({ metadata }) => metadata.name !== "")
    .map((object) => ({ object, key: keyOf(object.kind, object.metadata.namespace, object.metadata.name) }));
  const version = ({ metadata }: KubernetesObject) => Number(metadata.resourceVersion ?? 0) || 0;
  keyed.sort(
    (left, right) =>
      compare(left.key, right.key) ||
      version(left.object) - version(right.object) ||
      compare(JSON.stringify(left.object), JSON.stringify(right.object)),
  );
  for (const { object, key } of keyed) byKey.set(key, object);
  const byKind = new Map<string, KubernetesObject[]>();
  const put = (map: Map<string, KubernetesObject[]>, key: string, object: KubernetesObject) => {
    const same = map.get(key);
    if (same) same.push(object);
    else map.set(key, [object]);
  };
  for (const object of byKey.values()) {
    put(byKind, object.kind, object);
    put(byKind, `${object.kind}/${object.metadata.namespace ?? ""}`, object);
  }

  const events = new Map<string, KubernetesObject[]>();
  const timed = snapshot.events.map((event) => ({
    event,
    order: `${eventTime(event)} ${eventText(event)} ${eventReason(event)} ${event.metadata.name}`,
  }));
  for (const { event } of timed.sort((left, right) => compare(left.order, right.order))) {
    const about = at(event, "involvedObject") ?? at(event, "regarding");
    put(events, keyOf(textAt(about, "kind") ?? "", textAt(about, "namespace"), textAt(about, "name") ?? ""), event);
  }

  const list = (kind: string, namespace?: string) =>
    byKind.get(namespace === undefined ? kind : `${kind}/${namespace}`) ?? [];
  const find = (kind: string, namespace: string | undefined, name: string) => byKey.get(keyOf(kind, namespace, name));
  const controllerOf = (object: KubernetesObject) => {
    const owners = object.metadata.ownerReferences ?? [];
    return owners.find((owner) => owner.controller === true) ?? owners[0];
  };

  const standIns = new Map<string, KubernetesObject>();
  const standIn = (kind: string, namespace: string | undefined, name: string): KubernetesObject => {
    const key = keyOf(kind, namespace, name);
    const known = standIns.get(key);
    if (known) return known;
    const made: KubernetesObject = {
      apiVersion: "",
      kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    };
    standIns.set(key, made);
    return made;
  };
  const ownerOf = (object: KubernetesObject): KubernetesObject | undefined => {
    const owner = controllerOf(object);
    if (!owner || owner.kind === "Node" || owner.name === "") return undefined;
    const { namespace } = object.metadata;
    const known = find(owner.kind, namespace, owner.name);
    if (known) return known;
    // A recording without ReplicaSets: a pod's owner is still its Deployment.
    const name = owner.kind === "ReplicaSet" ? owner.name.replace(/-[a-z0-9]{1,10}$/, "") : "";
    return find("Deployment", namespace, name) ?? standIn(owner.kind, namespace, owner.name);
  };
  const tops = new Map<KubernetesObject, KubernetesObject>();
  const topOwner = (object: KubernetesObject): KubernetesObject => {
    const known = tops.get(object);
    if (known) return known;
    let current = object;
    for (let depth = 0; depth < 5; depth += 1) {
      const next = ownerOf(current);
      if (!next) break;
      current = next;
    }
    tops.set(object, current);
    return current;
  };

  const byDeployment = new Map<string, KubernetesObject[]>();
  for (const replicaSet of list("ReplicaSet")) {
    const owner = controllerOf(replicaSet);
    if (owner?.kind === "Deployment")
      put(byDeployment, keyOf("", replicaSet.metadata.namespace, owner.name), replicaSet);
  }
  for (const replicaSets of byDeployment.values()) {
    replicaSets.sort(
      (left, right) =>
        revisionOf(right) - revisionOf(left) ||
        compare(right.metadata.creationTimestamp ?? "", left.metadata.creationTimestamp ?? "") ||
        compare(left.metadata.name, right.metadata.name),
    );
  }

  return {
    find,
    list,
    knows(kind) {
      const said = snapshot.meta.kinds?.[kind];
      if (said !== undefined) return said === "none";
      return list(kind).length > 0 || (snapshot.meta.sources.objects === "full" && basicKinds.has(kind));
    },
    controllerOf,
    topOwner,
    eventsOf: (object) => events.get(keyOf(object.kind, object.metadata.namespace, object.metadata.name)) ?? [],
    revisions: ({ metadata }) => byDeployment.get(keyOf("", metadata.namespace, metadata.name)) ?? [],
  };
}
