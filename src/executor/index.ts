export { decideRollout } from "./decide-rollout.js";
export { execute } from "./execute.js";
export type { ExecutionCluster, ExecutionGateway } from "./ports.js";
