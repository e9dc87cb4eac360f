import { type KubernetesObject, numberAt, textAt } from "../domain/kubernetes-object.js";
import { type Change, patchBetween, preconditions, refuseChange } from "./change.js";

/** Whether an autoscaler is about this object. */
function targets(autoscaler: KubernetesObject, workload: KubernetesObject): boolean {
  return (
    textAt(autoscaler, "spec", "scaleTargetRef", "kind") === workload.kind &&
    textAt(autoscaler, "spec", "scaleTargetRef", "name") === workload.metadata.name
  );
}

/**
 * Another number of replicas. Refused where an autoscaler decides that number: it would turn the change back. Pure.
 * @param autoscalers the HorizontalPodAutoscalers of the namespace; KEDA makes one for each of its ScaledObjects.
 */
export function buildScale(
  workload: KubernetesObject,
  autoscalers: readonly KubernetesObject[],
  replicas: number,
): Change {
  const { name } = workload.metadata;
  if (workload.kind === "DaemonSet") return refuseChange("a DaemonSet has one pod for each node; it has no replicas");
  const owner = autoscalers.find((autoscaler) => targets(autoscaler, workload));
  if (owner)
    return refuseChange(`the autoscaler ${owner.metadata.name} decides the replicas of ${name}; change it there`);
  const now = numberAt(workload, "spec", "replicas") ?? 1;
  if (now === replicas) return refuseChange(`${name} has ${replicas} replicas already`);
  return {
    kind: "change",
    action: { type: "scale", replicas },
    summary: `Scale ${name} from ${now} to ${replicas} replicas`,
    patch: [...preconditions(workload), ...patchBetween("replicas", now, replicas)],
    inverse: patchBetween("replicas", replicas, now),
  };
}
