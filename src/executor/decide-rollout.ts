import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

export type Rollout =
  | { kind: "done"; ready: number; wanted: number }
  | { kind: "going-on"; ready: number; wanted: number }
  | { kind: "stuck"; reason: string };

/** The counts that decide, in the words of each kind's status. */
function countsOf(workload: KubernetesObject): { wanted: number; updated: number; all: number; ready: number } {
  const status = at(workload, "status") ?? {};
  const count = (field: string) => numberAt(status, field) ?? 0;
  if (workload.kind === "DaemonSet")
    return {
      wanted: count("desiredNumberScheduled"),
      updated: count("updatedNumberScheduled"),
      all: count("updatedNumberScheduled"),
      ready: count("numberAvailable"),
    };
  const wanted = numberAt(workload, "spec", "replicas") ?? 1;
  return { wanted, updated: count("updatedReplicas"), all: count("replicas"), ready: count("availableReplicas") };
}

/**
 * Whether a workload's rollout is through, as `kubectl rollout status` decides it; a smaller scale is through when the
 * pods that are too many are gone.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function decideRollout(workload: KubernetesObject): Rollout {
  const { wanted, updated, all, ready } = countsOf(workload);
  if ((numberAt(workload, "status", "observedGeneration") ?? 0) < (workload.metadata.generation ?? 0))
    return { kind: "going-on", ready, wanted };
  const progressing = listAt(workload, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "Progressing",
  );
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded")
    return { kind: "stuck", reason: "its progress deadline has passed" };
  const done = updated >= wanted && all <= Math.min(updated, wanted) && ready >= wanted;
  return { kind: done ? "done" : "going-on", ready, wanted };
}
