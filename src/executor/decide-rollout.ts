import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

export type Rollout =
  | { kind: "done"; ready: number; wanted: number }
  | { kind: "going-on"; ready: number; wanted: number }
  | { kind: "stuck"; reason: string };

/**
 * Whether a Deployment's rollout is through, as `kubectl rollout status` decides it.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function decideRollout(deployment: KubernetesObject): Rollout {
  const wanted = numberAt(deployment, "spec", "replicas") ?? 1;
  const status = at(deployment, "status") ?? {};
  const updated = numberAt(status, "updatedReplicas") ?? 0;
  const all = numberAt(status, "replicas") ?? 0;
  const ready = numberAt(status, "availableReplicas") ?? 0;
  if ((numberAt(status, "observedGeneration") ?? 0) < (deployment.metadata.generation ?? 0))
    return { kind: "going-on", ready, wanted };
  const progressing = listAt(status, "conditions").find((condition) => textAt(condition, "type") === "Progressing");
  if (textAt(progressing, "reason") === "ProgressDeadlineExceeded")
    return { kind: "stuck", reason: "its progress deadline has passed" };
  const done = updated >= wanted && all <= updated && ready >= updated;
  return { kind: done ? "done" : "going-on", ready, wanted };
}
