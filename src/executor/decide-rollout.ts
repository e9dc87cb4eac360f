import { canonicalJson } from "../domain/canonical-json.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

export type Rollout =
  | { kind: "done"; ready: number; wanted: number }
  | { kind: "going-on"; ready: number; wanted: number }
  | { kind: "stuck"; reason: string };

/** The counts that decide, in the words of each kind's status. `stay` of them may keep their old template. */
function countsOf(workload: KubernetesObject) {
  const status = at(workload, "status") ?? {};
  const count = (field: string) => numberAt(status, field) ?? 0;
  const strategy = at(workload, "spec", "updateStrategy");
  const onDelete = textAt(strategy, "type") === "OnDelete";
  if (workload.kind === "DaemonSet") {
    const wanted = count("desiredNumberScheduled");
    const updated = count("updatedNumberScheduled");
    return { wanted, updated, stay: onDelete ? wanted : 0, all: updated, ready: count("numberAvailable") };
  }
  const wanted = numberAt(workload, "spec", "replicas") ?? 1;
  const stay = onDelete ? wanted : (numberAt(strategy, "rollingUpdate", "partition") ?? 0);
  return { wanted, updated: count("updatedReplicas"), stay, all: count("replicas"), ready: count("availableReplicas") };
}

function progressOf(workload: KubernetesObject): unknown {
  return listAt(workload, "status", "conditions").find((condition) => textAt(condition, "type") === "Progressing");
}

/**
 * Whether a workload's rollout is through, as `kubectl rollout status` decides it; a smaller scale is through when the
 * pods that are too many are gone.
 * @param before the workload as it was before the change: a deadline that had passed then says nothing of what came
 * after it, and its controller may repeat it for a moment.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function decideRollout(workload: KubernetesObject, before: KubernetesObject): Rollout {
  const { wanted, updated, stay, all, ready } = countsOf(workload);
  if ((numberAt(workload, "status", "observedGeneration") ?? 0) < (workload.metadata.generation ?? 0))
    return { kind: "going-on", ready, wanted };
  const progress = progressOf(workload);
  const isNews = canonicalJson(progress ?? null) !== canonicalJson(progressOf(before) ?? null);
  if (isNews && textAt(progress, "reason") === "ProgressDeadlineExceeded")
    return { kind: "stuck", reason: "its progress deadline has passed" };
  const done = updated >= wanted - stay && all <= Math.min(updated + stay, wanted) && ready >= wanted;
  return { kind: done ? "done" : "going-on", ready, wanted };
}
