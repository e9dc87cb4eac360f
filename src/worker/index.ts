export { buildAgentRun, type RunNamespaces } from "./build-agent-run.js";
export { buildJob, type JobSettings } from "./build-job.js";
export { createRunFollower, type RunFollower } from "./follow-runs.js";
export { type JobManifest, type JobState, parseJobState, specDigestAnnotation } from "./job-state.js";
export { createLaunch } from "./launch.js";
export type { Audit, RunCluster, RunInputs, Tell } from "./ports.js";
export { createReconcile, type Reconcile } from "./reconcile.js";
