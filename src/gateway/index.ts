export type { Answer } from "./answer.js";
export { createDoor, type Door, type GatewayCall } from "./door.js";
export { createModelProxy, type ModelLimits } from "./model-proxy.js";
export type { Budgets, GatewayCluster, GatewayStore, MetricsSource, ModelUpstream, TokenFinding } from "./ports.js";
