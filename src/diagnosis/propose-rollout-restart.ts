import type { ActionProposal } from "../domain/action.js";
import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import type { ContainerState } from "./container-state.js";
import { refOf } from "./scope-model.js";

const restartable = new Set(["Deployment", "StatefulSet", "DaemonSet"]);
/** A program that has just begun to say that it is not ready may be busy; for as long, nobody needs to restart it. */
const stuckMs = 120_000;

/** Did it serve before, without a restart since? Then its program is stuck, and not its configuration wrong. */
function servedBefore({ pod, runningSince, restarts }: ContainerState, now: Date): boolean {
  const ready = listAt(pod, "status", "conditions").find((condition) => textAt(condition, "type") === "Ready");
  const lost = Date.parse(textAt(ready, "lastTransitionTime") ?? "");
  const began = Date.parse(runningSince ?? "");
  // The condition turned to False long after the container began: in between it was True.
  return restarts === 0 && lost - began > stuckMs && now.getTime() - lost > stuckMs;
}

/** Proposes new pods of the same template where every pod that fails served before and hangs now. */
export function proposeRolloutRestart(
  owner: KubernetesObject,
  containers: readonly ContainerState[],
  now: Date,
): ActionProposal[] {
  if (!restartable.has(owner.kind) || at(owner, "spec", "paused") === true) return [];
  if (!containers.every((container) => servedBefore(container, now))) return [];
  return [
    {
      type: "rollout-restart",
      object: refOf(owner),
      parameters: {},
      tier: "T2",
      reason: "its pods were ready before, have not restarted, and hang now; new pods begin anew",
    },
  ];
}
