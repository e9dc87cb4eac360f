import type { RuleDescription, RuleFamily } from "./rule.js";
import { admissionFamily } from "./rules/admission.js";
import { autoscalingFamily } from "./rules/autoscaling.js";
import { certificateFamily } from "./rules/certificate.js";
import { claimFamily } from "./rules/claim.js";
import { clientSettingsFamily } from "./rules/client-settings.js";
import { clusterDnsFamily } from "./rules/cluster-dns.js";
import { containerCreationFamily } from "./rules/container-creation.js";
import { containerEnvFamily } from "./rules/container-env.js";
import { controlPlaneFamily } from "./rules/control-plane.js";
import { crashFamily } from "./rules/crash.js";
import { daemonSetFamily } from "./rules/daemonset.js";
import { deletionFamily } from "./rules/deletion.js";
import { deliveryFamily } from "./rules/delivery.js";
import { disruptionFamily } from "./rules/disruption.js";
import { evictionFamily } from "./rules/eviction.js";
import { gatewayFamily } from "./rules/gateway.js";
import { clusterHygiene } from "./rules/hygiene/cluster.js";
import { containerHygiene } from "./rules/hygiene/containers.js";
import { leftoverHygiene } from "./rules/hygiene/leftovers.js";
import { workloadHygiene } from "./rules/hygiene/workloads.js";
import { imageFamily } from "./rules/image.js";
import { ingressFamily } from "./rules/ingress.js";
import { ingressPathsFamily } from "./rules/ingress-paths.js";
import { initWaitFamily } from "./rules/init-wait.js";
import { injectedLimitsFamily } from "./rules/injected-limits.js";
import { jobFamily } from "./rules/job.js";
import { jobSidecarFamily } from "./rules/job-sidecar.js";
import { loadBalancerFamily } from "./rules/load-balancer.js";
import { logTroubleFamily } from "./rules/log-trouble.js";
import { memoryFamily } from "./rules/memory.js";
import { meshFamily } from "./rules/mesh.js";
import { missingConfigurationFamily } from "./rules/missing-configuration.js";
import { nodeFamily } from "./rules/node.js";
import { persistentVolumeFamily } from "./rules/persistent-volume.js";
import { probeAnswerFamily, probeFamily } from "./rules/probe.js";
import { rbacFamily } from "./rules/rbac.js";
import { rolloutFamily } from "./rules/rollout.js";
import { rolloutStrategyFamily } from "./rules/rollout-strategy.js";
import { schedulerFamily } from "./rules/scheduler.js";
import { schedulingFamily } from "./rules/scheduling.js";
import { serviceFamily } from "./rules/service.js";
import { serviceBackendsFamily } from "./rules/service-backends.js";
import { statefulSetFamily } from "./rules/statefulset.js";
import { apiServerFamily } from "./rules/api-server.js";
import { metaAlertFamily } from "./rules/meta-alert.js";
import { nodeMetricsFamily } from "./rules/node-metrics.js";
import { nodeNetworkFamily } from "./rules/node-network.js";
import { performanceFamily } from "./rules/performance.js";
import { probedDnsFamily } from "./rules/probed-dns.js";
import { probedNetworkFamily } from "./rules/probed-network.js";
import { probedServiceFamily } from "./rules/probed-service.js";
import { volumeUsageFamily } from "./rules/volume-usage.js";
import { memoryUsageFamily } from "./rules/memory-usage.js";
import { revisionLogsFamily } from "./rules/revision-logs.js";
import { volumeFamily } from "./rules/volume.js";

/**
 * Every family, the most upstream first (gate G5): what an earlier one has explained, a later one leaves alone. An image
 * that is not there comes before what it keeps from starting, a claim that does not bind before the pod that waits for it.
 */
export const families: readonly RuleFamily[] = [
  nodeFamily,
  nodeMetricsFamily,
  apiServerFamily,
  nodeNetworkFamily,
  probedNetworkFamily,
  admissionFamily,
  schedulerFamily,
  persistentVolumeFamily,
  claimFamily,
  volumeUsageFamily,
  rolloutStrategyFamily,
  schedulingFamily,
  evictionFamily,
  statefulSetFamily,
  imageFamily,
  missingConfigurationFamily,
  volumeFamily,
  containerCreationFamily,
  injectedLimitsFamily,
  memoryFamily,
  memoryUsageFamily,
  probeFamily,
  clusterDnsFamily,
  probedDnsFamily,
  initWaitFamily,
  crashFamily,
  probeAnswerFamily,
  revisionLogsFamily,
  performanceFamily,
  clientSettingsFamily,
  logTroubleFamily,
  containerEnvFamily,
  jobSidecarFamily,
  jobFamily,
  rolloutFamily,
  daemonSetFamily,
  serviceFamily,
  serviceBackendsFamily,
  loadBalancerFamily,
  ingressFamily,
  ingressPathsFamily,
  gatewayFamily,
  meshFamily,
  autoscalingFamily,
  disruptionFamily,
  rbacFamily,
  deletionFamily,
  controlPlaneFamily,
  certificateFamily,
  deliveryFamily,
  probedServiceFamily,
  metaAlertFamily,
];

/** What fails nothing now, and is looked at on request only. */
export const hygieneFamilies: readonly RuleFamily[] = [
  containerHygiene,
  workloadHygiene,
  leftoverHygiene,
  clusterHygiene,
];

/** Every rule, as `kubeclaw rules` lists them. */
export const rules: readonly RuleDescription[] = [...families, ...hygieneFamilies].flatMap((family) =>
  family.rules.map(({ id, family: name, title, signals, remediation, severity }) => ({
    id,
    family: name,
    title,
    signals,
    remediation,
    severity,
  })),
);
