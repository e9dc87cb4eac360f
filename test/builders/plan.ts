import { canonicalJson, sha256 } from "../../src/domain/canonical-json.js";
import type { Decision } from "../../src/domain/decision.js";
import type { PlanOffer } from "../../src/domain/fact.js";
import { decisionId, investigationId } from "../../src/domain/ids.js";
import type { Plan } from "../../src/domain/plan.js";
import type { ApprovalRecord } from "../../src/approval/index.js";
import { after, badImage, goodImage, noon } from "./kubernetes.js";

const run = investigationId("default", "delivery-1");

const imagePath = "/spec/template/spec/containers/0/image";

/** Rolls `shop/checkout` back from revision 8 to 7. */
export function aPlan(over: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    run,
    cluster: "prod-eu",
    purpose: "remedy",
    action: { type: "rollout-undo", toRevision: 7 },
    target: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: "shop",
      name: "checkout",
      uid: "uid-checkout",
      generation: 8,
    },
    summary: "Roll back checkout to revision 7 (registry.local/checkout:1.9.0)",
    reason: "revision 7 ran registry.local/checkout:1.9.0",
    patch: [
      { op: "test", path: "/metadata/uid", value: "uid-checkout" },
      { op: "test", path: "/metadata/generation", value: 8 },
      { op: "test", path: imagePath, value: badImage },
      { op: "replace", path: imagePath, value: goodImage },
    ],
    inverse: [
      { op: "test", path: imagePath, value: goodImage },
      { op: "replace", path: imagePath, value: badImage },
    ],
    diff: [
      {
        path: "spec.template.spec.containers[web].image",
        from: JSON.stringify(badImage),
        to: JSON.stringify(goodImage),
      },
    ],
    tier: "T2",
    blast: { objects: 1, pods: 4 },
    verification: { causeId: "image-not-found", windowSeconds: 120 },
    requestedBy: "U0ANA",
    plannedAt: noon.toISOString(),
    expiresAt: after(1_800),
    ...over,
  };
}

/** A plan as it is offered: its canonical text, its digest and the decision's id. */
export function anOffer(over: Partial<Plan> = {}): PlanOffer {
  const text = canonicalJson(aPlan(over));
  const planDigest = sha256(text);
  return { decision: decisionId(run, planDigest), plan: text, planDigest };
}

export const aPlanDigest = anOffer().planDigest;
export const aDecisionId = anOffer().decision;

/** The Decision of the default plan, waiting. */
export function aDecision(over: { spec?: Partial<Decision["spec"]>; status?: Decision["status"] } = {}): Decision {
  const { plan, planDigest, decision } = anOffer();
  return {
    apiVersion: "kubeclaw.dev/v1alpha1",
    kind: "Decision",
    metadata: { name: decision, namespace: "kubeclaw-executors" },
    spec: {
      run,
      plan,
      planDigest,
      tier: "T2",
      action: "rollout-undo",
      target: "shop/Deployment/checkout",
      causeId: "image-not-found",
      summary: "Roll back checkout to revision 7",
      expiresAt: after(1_800),
      ...over.spec,
    },
    status: over.status ?? { phase: "AwaitingApproval" },
  };
}

/** The bot's record of the default plan, waiting for a person. */
export function anApproval(over: Partial<ApprovalRecord> = {}): ApprovalRecord {
  const { plan, planDigest, decision } = anOffer();
  return {
    decision,
    run,
    tenant: "default",
    team: "T0SHOP",
    plan,
    planDigest,
    namespace: "shop",
    tier: "T2",
    requestedBy: "U0ANA",
    expiresAt: after(1_800),
    state: "pending",
    decidedBy: null,
    decidedAt: null,
    reason: null,
    approval: null,
    ...over,
  };
}
