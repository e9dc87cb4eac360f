import type { ActionType, Tier } from "../domain/action.js";

type Environment = "production" | "staging" | "sandbox";

const base: Readonly<Record<ActionType, Tier>> = { "rollout-undo": "T2" };
/** The least that any write needs there. */
const floor: Readonly<Record<Environment, Tier>> = { production: "T2", staging: "T1", sandbox: "T1" };

/** The tier of a write: the highest of what the action is by itself and what its environment asks for. */
export function decideTier(action: ActionType, environment: Environment): Tier {
  return [base[action], floor[environment]].sort().at(-1) ?? "T3";
}
