import { at, type KubernetesObject, textAt } from "../domain/kubernetes-object.js";
import { type Change, patchBetween, preconditions, refuseChange } from "./change.js";

const restartedAt = "kubectl.kubernetes.io/restartedAt";

/** Why a new template would not make new pods, or null. */
function standsStill(workload: KubernetesObject): string | null {
  if (at(workload, "spec", "paused") === true) return "the rollout is paused; resume it first";
  if (textAt(workload, "spec", "updateStrategy", "type") === "OnDelete")
    return "its update strategy is OnDelete: new pods come only when the old ones are deleted by hand";
  if (at(workload, "spec", "replicas") === 0) return "it is scaled to zero; there is nothing to restart";
  return null;
}

/**
 * What `kubectl rollout restart` would change: a time in the pod template, and nothing else. Pure.
 * @param at the time that is written, RFC 3339.
 * @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/kubectl_rollout_restart/
 */
export function buildRolloutRestart(workload: KubernetesObject, time: string): Change {
  const reason = standsStill(workload);
  if (reason !== null) return refuseChange(reason);
  const live = at(workload, "spec", "template");
  const template = structuredClone(live) as { metadata?: { annotations?: Record<string, string> } };
  template.metadata = { ...template.metadata, annotations: { ...template.metadata?.annotations, [restartedAt]: time } };
  return {
    kind: "change",
    action: { type: "rollout-restart" },
    summary: `Restart the pods of ${workload.metadata.name}`,
    patch: [...preconditions(workload), ...patchBetween("template", live, template)],
    inverse: patchBetween("template", template, live),
  };
}
