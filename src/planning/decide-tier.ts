import type { Tier } from "../domain/action.js";
import { type KubernetesObject, numberAt } from "../domain/kubernetes-object.js";
import type { PlannedAction } from "../domain/plan.js";

type Environment = "production" | "staging" | "sandbox";

/** The least that any write needs there. */
const floor: Readonly<Record<Environment, Tier>> = { production: "T2", staging: "T1", sandbox: "T1" };
const raised: Readonly<Record<Tier, Tier>> = { T0: "T1", T1: "T2", T2: "T3", T3: "T3" };

/** What an action is by itself. Taking everything away is an outage; up to twice what is there is a small step. */
function base(action: PlannedAction, live: KubernetesObject): Tier {
  switch (action.type) {
    case "rollout-undo":
      return "T2";
    case "rollout-restart":
      return "T1";
    case "scale": {
      const now = numberAt(live, "spec", "replicas") ?? 1;
      if (action.replicas === 0) return "T3";
      return action.replicas > now && action.replicas <= 2 * now ? "T1" : "T2";
    }
  }
}

/**
 * The tier of a write: the highest of what the action is by itself and what its environment asks for, one higher for
 * pods that keep data. Computed from the typed action and the live object, never from anybody's words.
 */
export function decideTier(action: PlannedAction, live: KubernetesObject, environment: Environment): Tier {
  const own = base(action, live);
  const risk = live.kind === "StatefulSet" ? raised[own] : own;
  return [risk, floor[environment]].sort().at(-1) ?? "T3";
}
