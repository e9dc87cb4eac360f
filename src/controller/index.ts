export { buildGrants, type Grant } from "./build-grants.js";
export { electLeader, type LeaseStore } from "./elect-leader.js";
export { createHandleMessage } from "./handle-message.js";
export type { ControllerCluster } from "./ports.js";
export { createReconcileExecution } from "./reconcile-execution.js";
