import type { RuleDescription, RuleFamily } from "./rule.js";
import { admissionFamily } from "./rules/admission.js";
import { autoscalingFamily } from "./rules/autoscaling.js";
import { claimFamily } from "./rules/claim.js";
import { clusterDnsFamily } from "./rules/cluster-dns.js";
import { containerCreationFamily } from "./rules/container-creation.js";
import { crashFamily } from "./rules/crash.js";
import { disruptionFamily } from "./rules/disruption.js";
import { evictionFamily } from "./rules/eviction.js";
import { imageFamily } from "./rules/image.js";
import { ingressFamily } from "./rules/ingress.js";
import { jobFamily } from "./rules/job.js";
import { memoryFamily } from "./rules/memory.js";
import { missingConfigurationFamily } from "./rules/missing-configuration.js";
import { nodeFamily } from "./rules/node.js";
import { probeAnswerFamily, probeFamily } from "./rules/probe.js";
import { rolloutFamily } from "./rules/rollout.js";
import { schedulingFamily } from "./rules/scheduling.js";
import { serviceFamily } from "./rules/service.js";
import { volumeFamily } from "./rules/volume.js";

/**
 * Every family, the most upstream first (gate G5): what an earlier one has explained, a later one leaves alone. An image
 * that is not there comes before what it keeps from starting, a claim that does not bind before the pod that waits for it.
 */
export const families: readonly RuleFamily[] = [
  nodeFamily,
  admissionFamily,
  claimFamily,
  schedulingFamily,
  evictionFamily,
  imageFamily,
  missingConfigurationFamily,
  volumeFamily,
  containerCreationFamily,
  memoryFamily,
  probeFamily,
  crashFamily,
  probeAnswerFamily,
  clusterDnsFamily,
  jobFamily,
  rolloutFamily,
  serviceFamily,
  ingressFamily,
  autoscalingFamily,
  disruptionFamily,
];

/** Every rule, as `kubeclaw rules` lists them. */
export const rules: readonly RuleDescription[] = families.flatMap((family) =>
  family.rules.map(({ id, family: name, title, signals, remediation, severity }) => ({
    id,
    family: name,
    title,
    signals,
    remediation,
    severity,
  })),
);
