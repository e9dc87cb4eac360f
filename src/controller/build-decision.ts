import type { Decision } from "../domain/decision.js";
import { labels, managedBy } from "../domain/labels.js";
import type { Planned } from "../planning/index.js";

/** The Decision of a plan: immutable, with the plan's canonical text and its digest. */
export function buildDecision(
  planned: Extract<Planned, { kind: "planned" }>,
  namespace: string,
  tenant: string,
): Decision {
  const { id, plan, text, digest } = planned;
  return {
    apiVersion: "kubeclaw.dev/v1alpha1",
    kind: "Decision",
    metadata: {
      name: id,
      namespace,
      labels: {
        [labels.managedBy]: managedBy,
        [labels.run]: plan.run,
        [labels.kind]: "execution",
        [labels.tenant]: tenant,
      },
    },
    spec: {
      run: plan.run,
      plan: text,
      planDigest: digest,
      tier: plan.tier,
      action: plan.action.type,
      target: `${plan.target.namespace}/${plan.target.kind}/${plan.target.name}`,
      causeId: plan.verification.causeId,
      summary: plan.summary,
      expiresAt: plan.expiresAt,
    },
  };
}
