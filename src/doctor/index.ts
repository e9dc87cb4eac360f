export { admissionPolicies } from "./decide-cluster.js";
export { neededScopes } from "./decide-slack.js";
export { examine, type Installed } from "./examine.js";
export type { Finding } from "./finding.js";
export type { ClusterFacts, ClusterProbe, ModelProbe, RedisFacts, Right, SlackFacts, SlackProbe } from "./ports.js";
export { renderFindings } from "./render-findings.js";
