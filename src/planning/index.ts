export { buildDiff } from "./build-diff.js";
export { decideOwner } from "./decide-owner.js";
export { planAction, proposalOf, type Planned, type PlanOrigin, type PlanSettings, planUndo } from "./plan-action.js";
export type { PlanningCluster } from "./ports.js";
