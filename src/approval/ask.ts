import type { PlanOffer } from "../domain/fact.js";
import type { DecisionId, RunId } from "../domain/ids.js";
import { Plan } from "../domain/plan.js";
import type { ApprovalRecord } from "./approval-record.js";
import type { ApprovalStore, Audit } from "./ports.js";

function plannedAt(record: ApprovalRecord): string {
  return Plan.parse(JSON.parse(record.plan)).plannedAt;
}

/**
 * Records a plan as waiting for a person, and makes an older one for the same object void.
 * Called before the card shows its buttons; repeating it changes nothing.
 */
export function createAsk(deps: {
  store: ApprovalStore;
  audit: Audit;
  /** Settles what waited and does what follows. */
  expire: (decision: string, state: "expired" | "superseded") => Promise<void>;
  /** Looks at the plan again when it expires. */
  schedule: (decision: DecisionId, run: RunId, at: Date) => Promise<void>;
}): (offer: PlanOffer, origin: { run: string; tenant: string; team: string; at: string }) => Promise<void> {
  const { store, audit, expire, schedule } = deps;
  return async (offer, origin) => {
    const plan = Plan.parse(JSON.parse(offer.plan));
    const { namespace, name, kind } = plan.target;
    const record: ApprovalRecord = {
      decision: offer.decision,
      run: plan.run,
      tenant: origin.tenant,
      team: origin.team,
      plan: offer.plan,
      planDigest: offer.planDigest,
      namespace,
      tier: plan.tier,
      requestedBy: plan.requestedBy,
      expiresAt: plan.expiresAt,
      state: "pending",
      decidedBy: null,
      decidedAt: null,
      reason: null,
      approval: null,
    };
    // A plan that comes once more, or late, must not take the place of the one that waits.
    const known = await store.find(offer.decision);
    if (known && known.state !== "pending") return;
    const target = `${plan.cluster}/${namespace}/${kind}/${name}`;
    const before = await store.claimTarget(target, offer.decision);
    const waiting = before === null || before === offer.decision ? null : await store.find(before);
    const late = waiting?.state === "pending" && plannedAt(waiting) > plan.plannedAt;
    if (waiting && late) await store.claimTarget(target, waiting.decision);
    else if (waiting) await expire(waiting.decision, "superseded");
    await schedule(offer.decision, plan.run, new Date(plan.expiresAt));
    if (await store.create(record)) {
      await audit({
        at: origin.at,
        kind: "approval.requested",
        actor:
          plan.requestedBy === null
            ? { kind: "system", id: "controller" }
            : { kind: "person", id: plan.requestedBy, team: origin.team },
        run: plan.run,
        decision: offer.decision,
        subject: `${namespace}/${kind}/${name}`,
        detail: { planDigest: offer.planDigest, tier: plan.tier, expiresAt: plan.expiresAt, summary: plan.summary },
      });
    }
    if (late) await expire(offer.decision, "superseded");
  };
}
