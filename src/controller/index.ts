export { buildGrants, type Grant, targetNamespaceAnnotation } from "./build-grants.js";
export { electLeader, type LeaseStore } from "./elect-leader.js";
export { createHandleMessage } from "./handle-message.js";
export type { ControllerCluster } from "./ports.js";
export { sweepDecisions, sweepGrants } from "./sweep.js";
export { createReconcileExecution } from "./reconcile-execution.js";
