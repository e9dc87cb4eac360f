import { cutText } from "../domain/cut-text.js";
import { at, type KubernetesObject, listAt, numberAt, type ObjectRef, textAt } from "../domain/kubernetes-object.js";
import type { LogTail, Snapshot } from "../domain/snapshot.js";
import { type ContainerState, containersOf } from "./container-state.js";
import { elapsed } from "./elapsed.js";
import { buildObjectIndex, type ObjectIndex } from "./object-index.js";
import { textsAt } from "./texts-at.js";

/** The snapshot, indexed once; every rule reads from here. */
export interface ScopeModel extends ObjectIndex {
  snapshot: Snapshot;
  now: Date;
  /** Pods that can be a failure now: not being deleted, not finished, not replaced, of the newest revision. */
  pods: readonly KubernetesObject[];
  containers: readonly ContainerState[];
  containersIn(pod: KubernetesObject): readonly ContainerState[];
  /** Pods that a Service's selector takes, old revisions included, but none that is finished or being deleted. */
  podsBehind(service: KubernetesObject): readonly KubernetesObject[];
  /** The same of any selector. */
  podsWith(namespace: string | undefined, labels: Readonly<Record<string, unknown>>): readonly KubernetesObject[];
  podsOf(owner: KubernetesObject): readonly KubernetesObject[];
  /** The log of the run that ended last comes first. */
  logsOf(container: ContainerState): readonly LogTail[];
  /** Milliseconds since an object was made; infinite where it does not say. */
  ageOf(object: KubernetesObject): number;
}

export function refOf(object: KubernetesObject, container?: string): ObjectRef {
  const { namespace, name } = object.metadata;
  return {
    kind: cutText(object.kind === "" ? "Object" : object.kind, 63),
    ...(namespace === undefined || namespace === "" ? {} : { namespace: cutText(namespace, 63) }),
    name: cutText(name === "" ? "unnamed" : name, 253),
    ...(container === undefined || container === "" ? {} : { container: cutText(container, 253) }),
  };
}

/** `Pod/shop/checkout-1`, as evidence names an object. */
export function refText(object: KubernetesObject): string {
  return [object.kind, object.metadata.namespace, object.metadata.name].filter((part) => part !== undefined).join("/");
}

/** Has this Job, or a later one of its CronJob, ended well (gate G4), or is it suspended? */
function jobIsSettled(index: ObjectIndex, job: KubernetesObject): boolean {
  if (at(job, "spec", "suspend") === true) return true;
  const done = listAt(job, "status", "conditions").some(
    (condition) =>
      ["Complete", "SuccessCriteriaMet"].includes(textAt(condition, "type") ?? "") &&
      textAt(condition, "status") === "True",
  );
  if (done) return true;
  const owner = index.controllerOf(job);
  if (owner?.kind !== "CronJob") {
    // A recording may lack the conditions.
    return (
      (numberAt(job, "status", "succeeded") ?? 0) >= (numberAt(job, "spec", "completions") ?? 1) &&
      listAt(job, "status", "conditions").length === 0
    );
  }
  const made = job.metadata.creationTimestamp ?? "";
  return index
    .list("Job", job.metadata.namespace)
    .some(
      (other) =>
        other !== job &&
        index.controllerOf(other)?.name === owner.name &&
        (other.metadata.creationTimestamp ?? "") > made &&
        (numberAt(other, "status", "succeeded") ?? 0) > 0,
    );
}

/** A Job that failed or still tries, and that nothing later has made good. */
export function isOpenJob(index: ObjectIndex, job: KubernetesObject): boolean {
  return job.metadata.deletionTimestamp === undefined && !jobIsSettled(index, job);
}

/** Is a failed pod all that is left of an earlier try that was replaced? */
function isReplaced(index: ObjectIndex, pod: KubernetesObject): boolean {
  const owner = index.controllerOf(pod);
  const parent = owner && index.find(owner.kind, pod.metadata.namespace, owner.name);
  if (!parent) return false;
  if (parent.kind === "Job") {
    if (!isOpenJob(index, parent)) return true;
    const failed = listAt(parent, "status", "conditions").some(
      (condition) => textAt(condition, "type") === "Failed" && textAt(condition, "status") === "True",
    );
    return !failed && textAt(pod, "status", "phase") === "Failed" && (numberAt(parent, "status", "ready") ?? 0) > 0;
  }
  if (textAt(pod, "status", "phase") !== "Failed") return false;
  const top = index.topOwner(pod);
  const wanted = numberAt(top, "spec", "replicas") ?? numberAt(top, "status", "desiredNumberScheduled") ?? 1;
  const serving =
    numberAt(top, "status", "availableReplicas") ??
    numberAt(top, "status", "readyReplicas") ??
    numberAt(top, "status", "numberReady");
  return serving !== undefined && serving >= wanted;
}

function ofNewestRevision(index: ObjectIndex, pod: KubernetesObject, withPods: ReadonlySet<string>): boolean {
  const owner = index.controllerOf(pod);
  if (owner?.kind !== "ReplicaSet") return true;
  const deployment = index.topOwner(pod);
  if (deployment.kind !== "Deployment") return true;
  const newest = index.revisions(deployment)[0];
  if (newest === undefined || newest.metadata.name === owner.name) return true;
  // The newest revision has no pod yet: what the older ones show is all that there is.
  return !withPods.has(`${newest.metadata.namespace ?? ""}/${newest.metadata.name}`);
}

const kubeletsOwn = /^unable to retrieve container logs for \S{1,200}$/;

/** Builds the model of a snapshot. */
export function buildScopeModel(snapshot: Snapshot, now: Date): ScopeModel {
  const index = buildObjectIndex(snapshot);
  const standing = (pod: KubernetesObject): boolean =>
    pod.metadata.deletionTimestamp === undefined && textAt(pod, "status", "phase") !== "Succeeded";
  const withPods = new Set(
    index.list("Pod").flatMap((pod) => {
      const owner = standing(pod) ? index.controllerOf(pod) : undefined;
      return owner ? [`${pod.metadata.namespace ?? ""}/${owner.name}`] : [];
    }),
  );
  const pods = index
    .list("Pod")
    .filter((pod) => standing(pod) && ofNewestRevision(index, pod, withPods) && !isReplaced(index, pod));
  const byOwner = new Map<KubernetesObject, KubernetesObject[]>();
  for (const pod of pods) {
    const owner = index.topOwner(pod);
    const same = byOwner.get(owner);
    if (same) same.push(pod);
    else byOwner.set(owner, [pod]);
  }
  const logs = new Map<string, LogTail[]>();
  for (const log of snapshot.logs) {
    // In place of the log of a container that it has removed, the kubelet sends a line of its own.
    if (log.lines.every((line) => line === "" || kubeletsOwn.test(line))) continue;
    const key = `${log.namespace}/${log.pod}/${log.container}`;
    logs.set(key, [...(logs.get(key) ?? []), log]);
  }
  const byLabel = new Map<string, KubernetesObject[]>();
  for (const pod of index.list("Pod")) {
    if (!standing(pod)) continue;
    for (const [name, value] of Object.entries(pod.metadata.labels ?? {})) {
      const key = `${pod.metadata.namespace ?? ""}/${name}=${value}`;
      const same = byLabel.get(key);
      if (same) same.push(pod);
      else byLabel.set(key, [pod]);
    }
  }
  const podsWith: ScopeModel["podsWith"] = (namespace, labels) => {
    const [first, ...rest] = Object.entries(labels);
    if (!first) return [];
    const some = byLabel.get(`${namespace ?? ""}/${first[0]}=${String(first[1])}`) ?? [];
    return some.filter((pod) => rest.every(([name, value]) => pod.metadata.labels?.[name] === value));
  };
  const behind = new Map<KubernetesObject, readonly KubernetesObject[]>();
  const podsBehind = (service: KubernetesObject): readonly KubernetesObject[] => {
    const known = behind.get(service);
    if (known) return known;
    const found = podsWith(service.metadata.namespace, textsAt(service, "spec", "selector"));
    behind.set(service, found);
    return found;
  };
  const containers = new Map(pods.map((pod) => [pod, containersOf(pod)]));
  return {
    ...index,
    snapshot,
    now,
    pods,
    containers: [...containers.values()].flat(),
    containersIn: (pod) => containers.get(pod) ?? containersOf(pod),
    podsBehind,
    podsWith,
    podsOf: (owner) => byOwner.get(owner) ?? [],
    // The run that ended last comes first: that of now where it has ended, the one before where it was started again.
    logsOf: ({ pod, name, running }) =>
      [...(logs.get(`${pod.metadata.namespace ?? ""}/${pod.metadata.name}/${name}`) ?? [])].sort(
        (left, right) => (Number(right.previous) - Number(left.previous)) * (running ? 1 : -1),
      ),
    ageOf: ({ metadata }) => elapsed(now, metadata.creationTimestamp),
  };
}
