import type { Verdict } from "../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import { keyOf } from "./object-index.js";
import { refOf, type ScopeModel } from "./scope-model.js";
import { textsAt } from "./texts-at.js";

/** True when the pod's condition Ready is True. */
export function isReady(pod: KubernetesObject): boolean {
  return listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
}

/** A pod that was made a moment ago, or whose rollout is within its deadline, is on its way, not failing. */
export function isStarting(model: ScopeModel, pod: KubernetesObject, deadlineMs?: number): boolean {
  const age = model.ageOf(pod);
  if (age < 60_000) return true;
  const owner = model.topOwner(pod);
  if (owner.kind !== "Deployment") return false;
  const progressing = listAt(owner, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "Progressing",
  );
  const underWay =
    textAt(progressing, "status") === "True" && textAt(progressing, "reason") !== "NewReplicaSetAvailable";
  const deadline = deadlineMs ?? (numberAt(owner, "spec", "progressDeadlineSeconds") ?? 600) * 1_000;
  return underWay && age < deadline;
}

/** How many replicas a workload wants and how many serve; undefined where its kind or its status does not say. */
export function replicasOf(workload: KubernetesObject): { wanted: number; available: number } | undefined {
  switch (workload.kind) {
    case "Deployment":
    case "StatefulSet":
    case "ReplicaSet": {
      if (at(workload, "status") === undefined) return undefined;
      const available =
        numberAt(workload, "status", "availableReplicas") ?? numberAt(workload, "status", "readyReplicas") ?? 0;
      return { wanted: numberAt(workload, "spec", "replicas") ?? 1, available };
    }
    case "DaemonSet": {
      const wanted = numberAt(workload, "status", "desiredNumberScheduled");
      return wanted === undefined
        ? undefined
        : { wanted, available: numberAt(workload, "status", "numberAvailable") ?? 0 };
    }
    default:
      return undefined;
  }
}

/** Every workload is held against every Service: each selector is read once. */
const selectors = new WeakMap<KubernetesObject, readonly (readonly [string, string])[]>();

function selectorOf(service: KubernetesObject): readonly (readonly [string, string])[] {
  const known = selectors.get(service);
  if (known) return known;
  const read = Object.entries(textsAt(service, "spec", "selector"));
  selectors.set(service, read);
  return read;
}

/** Does a Service's selector take a pod with these labels? */
export function selects(service: KubernetesObject, labels: Record<string, string> | null | undefined): boolean {
  const selector = selectorOf(service);
  return selector.length > 0 && selector.every(([name, value]) => labels?.[name] === value);
}

/** Services whose selector takes a workload's pods, with how many of those pods are ready. */
export function servicesOf(
  model: ScopeModel,
  pods: readonly KubernetesObject[],
): { service: KubernetesObject; ready: number; all: number }[] {
  const first = pods[0];
  if (!first) return [];
  return model.list("Service", first.metadata.namespace).flatMap((service) => {
    if (!selects(service, first.metadata.labels)) return [];
    const all = model.podsBehind(service);
    return [{ service, ready: all.filter(isReady).length, all: all.length }];
  });
}

/** A workload's own loss of capacity; none where it has what it wants. */
export function capacityEffect(workload: KubernetesObject): Verdict["effects"] {
  const replicas = replicasOf(workload);
  return replicas && replicas.available < replicas.wanted
    ? [{ object: refOf(workload), summary: `${replicas.available} of ${replicas.wanted} replicas available` }]
    : [];
}

/** What a broken workload does to others: its own capacity, and the Services in front of it. */
export function effectsOn(
  model: ScopeModel,
  workload: KubernetesObject,
  pods: readonly KubernetesObject[],
): Verdict["effects"] {
  const services = servicesOf(model, pods)
    .filter(({ ready, all }) => ready < all)
    .map(({ service, ready, all }) => ({
      object: refOf(service),
      summary: `Service ${service.metadata.name}: ${ready} of ${all} endpoints ready`,
    }));
  return [...capacityEffect(workload), ...services];
}

/** The Job of a pod, where it has given up. */
export function failedJobOf(model: ScopeModel, pod: KubernetesObject): KubernetesObject | undefined {
  const owner = model.controllerOf(pod);
  const job = owner?.kind === "Job" ? model.find("Job", pod.metadata.namespace, owner.name) : undefined;
  const failed = listAt(job, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Failed" && textAt(condition, "status") === "True",
  );
  return failed ? job : undefined;
}

/** The effects on every workload that some pods belong to, without repeats. */
export function effectsOnAll(model: ScopeModel, pods: readonly KubernetesObject[]): Verdict["effects"] {
  const byOwner = new Map<KubernetesObject, KubernetesObject[]>();
  for (const pod of pods) {
    const owner = model.topOwner(pod);
    const same = byOwner.get(owner);
    if (same) same.push(pod);
    else byOwner.set(owner, [pod]);
  }
  const seen = new Map<string, Verdict["effects"][number]>();
  for (const pod of pods) {
    const job = failedJobOf(model, pod);
    if (job)
      seen.set(keyOf("Job", job.metadata.namespace, job.metadata.name), {
        object: refOf(job),
        summary: `Job ${job.metadata.name} did not finish`,
      });
  }
  for (const [owner, own] of byOwner) {
    for (const effect of effectsOn(model, owner, own)) {
      seen.set(keyOf(effect.object.kind, effect.object.namespace, effect.object.name), effect);
    }
  }
  return [...seen.values()];
}

/** Critical while it fails; a warning where nothing is wanted of it. */
export function severityOf(workload: KubernetesObject): "critical" | "warning" {
  const replicas = replicasOf(workload);
  return replicas && replicas.wanted === 0 ? "warning" : "critical";
}

/** Is it the cluster's DNS, by the labels that Kubernetes' own add-ons bear? */
export function isDns(workload: KubernetesObject): boolean {
  return (
    workload.metadata.namespace === "kube-system" &&
    (workload.metadata.labels?.["k8s-app"] === "kube-dns" || ["coredns", "kube-dns"].includes(workload.metadata.name))
  );
}
