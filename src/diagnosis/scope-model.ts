import type { Scope } from "../domain/investigation-request.js";
import { at, type KubernetesObject, listAt, numberAt, type ObjectRef, textAt } from "../domain/kubernetes-object.js";
import type { Snapshot } from "../domain/snapshot.js";

/** One container of one pod, with what its status says. */
export interface ContainerState {
  pod: KubernetesObject;
  name: string;
  init: boolean;
  image: string;
  /** Where in the pod its status stands, as evidence names it. */
  path: string;
  waitingReason: string | undefined;
  waitingMessage: string;
  ready: boolean;
  restarts: number;
}

/** The scope, indexed once; every rule reads from here. */
export interface ScopeModel {
  snapshot: Snapshot;
  now: Date;
  /** Live pods in scope: not being deleted, not finished, and of the newest revision of their workload. */
  pods: readonly KubernetesObject[];
  containers: readonly ContainerState[];
  find(kind: string, namespace: string | undefined, name: string): KubernetesObject | undefined;
  list(kind: string, namespace?: string): readonly KubernetesObject[];
  /** The object that a person would change: the owner at the top. */
  topOwner(object: KubernetesObject): KubernetesObject;
  /** Warning and normal events about one object, newest last. */
  eventsOf(object: KubernetesObject): readonly KubernetesObject[];
  /** A Deployment's ReplicaSets, newest revision first. */
  revisions(deployment: KubernetesObject): readonly KubernetesObject[];
}

export function refOf(object: KubernetesObject, container?: string): ObjectRef {
  const { namespace, name } = object.metadata;
  return {
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    ...(container === undefined ? {} : { container }),
  };
}

/** `Pod/shop/checkout-1`, as evidence names an object. */
export function refText(object: KubernetesObject): string {
  return [object.kind, object.metadata.namespace, object.metadata.name].filter((part) => part !== undefined).join("/");
}

/** When an event was last seen; empty where it does not say. */
export function eventTime(event: KubernetesObject): string {
  return (
    textAt(event, "series", "lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "deprecatedLastTimestamp") ??
    textAt(event, "eventTime") ??
    event.metadata.creationTimestamp ??
    ""
  );
}

/** The text of an event in either of its two APIs. */
export function eventText(event: KubernetesObject): string {
  return textAt(event, "message") ?? textAt(event, "note") ?? "";
}

export function revisionOf(replicaSet: KubernetesObject): number {
  return Number(replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

function controllerOf(object: KubernetesObject) {
  const owners = object.metadata.ownerReferences ?? [];
  return owners.find((owner) => owner.controller === true) ?? owners[0];
}

/** Builds the model of a snapshot. */
export function buildScopeModel(snapshot: Snapshot, scope: Partial<Scope>, now: Date): ScopeModel {
  const key = (kind: string, namespace: string | undefined, name: string) => `${kind}/${namespace ?? ""}/${name}`;
  const byKey = new Map<string, KubernetesObject>();
  const byKind = new Map<string, KubernetesObject[]>();
  for (const object of snapshot.objects) {
    byKey.set(key(object.kind, object.metadata.namespace, object.metadata.name), object);
    const same = byKind.get(object.kind);
    if (same) same.push(object);
    else byKind.set(object.kind, [object]);
  }
  const events = new Map<string, KubernetesObject[]>();
  for (const event of [...snapshot.events].sort((left, right) => eventTime(left).localeCompare(eventTime(right)))) {
    const about = at(event, "involvedObject") ?? at(event, "regarding");
    const id = key(textAt(about, "kind") ?? "", textAt(about, "namespace"), textAt(about, "name") ?? "");
    const same = events.get(id);
    if (same) same.push(event);
    else events.set(id, [event]);
  }

  const list = (kind: string, namespace?: string) =>
    (byKind.get(kind) ?? []).filter((object) => namespace === undefined || object.metadata.namespace === namespace);
  const find = (kind: string, namespace: string | undefined, name: string) => byKey.get(key(kind, namespace, name));
  const topOwner = (object: KubernetesObject): KubernetesObject => {
    let current = object;
    for (let depth = 0; depth < 5; depth += 1) {
      const owner = controllerOf(current);
      const next = owner && find(owner.kind, current.metadata.namespace, owner.name);
      if (!next) break;
      current = next;
    }
    return current;
  };
  const revisions = (deployment: KubernetesObject) =>
    list("ReplicaSet", deployment.metadata.namespace)
      .filter(
        (replicaSet) =>
          controllerOf(replicaSet)?.name === deployment.metadata.name &&
          controllerOf(replicaSet)?.kind === "Deployment",
      )
      .sort((left, right) => revisionOf(right) - revisionOf(left));

  const inScope = (object: KubernetesObject): boolean => {
    if (scope.namespace !== undefined && object.metadata.namespace !== scope.namespace) return false;
    if (!scope.object) return true;
    const top = topOwner(object);
    const { kind, name } = scope.object;
    return (
      [object, top].some((candidate) => candidate.kind === kind && candidate.metadata.name === name) ||
      controllerOf(object)?.name === name
    );
  };
  const ofNewestRevision = (pod: KubernetesObject): boolean => {
    const owner = controllerOf(pod);
    if (owner?.kind !== "ReplicaSet") return true;
    const deployment = topOwner(pod);
    if (deployment.kind !== "Deployment") return true;
    const newest = revisions(deployment)[0];
    return newest === undefined || newest.metadata.name === owner.name;
  };
  const live = (pod: KubernetesObject): boolean =>
    pod.metadata.deletionTimestamp === undefined && textAt(pod, "status", "phase") !== "Succeeded";
  const pods = list("Pod").filter((pod) => inScope(pod) && live(pod) && ofNewestRevision(pod));

  return {
    snapshot,
    now,
    pods,
    containers: pods.flatMap(containersOf),
    find,
    list,
    topOwner,
    eventsOf: (object) => events.get(key(object.kind, object.metadata.namespace, object.metadata.name)) ?? [],
    revisions,
  };
}

function containersOf(pod: KubernetesObject): ContainerState[] {
  const read = (specs: string, statuses: string, init: boolean): ContainerState[] =>
    listAt(pod, "spec", specs).map((container) => {
      const name = textAt(container, "name") ?? "";
      const all = listAt(pod, "status", statuses);
      const index = all.findIndex((status) => textAt(status, "name") === name);
      const status = all[index];
      return {
        pod,
        name,
        init,
        image: textAt(container, "image") ?? textAt(status, "image") ?? "",
        path: `status.${statuses}[${Math.max(index, 0)}].state.waiting`,
        waitingReason: textAt(status, "state", "waiting", "reason"),
        waitingMessage: textAt(status, "state", "waiting", "message") ?? "",
        ready: at(status, "ready") === true,
        restarts: numberAt(status, "restartCount") ?? 0,
      };
    });
  return [...read("initContainers", "initContainerStatuses", true), ...read("containers", "containerStatuses", false)];
}
