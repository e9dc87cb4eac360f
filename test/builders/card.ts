import type { Fact } from "../../src/domain/fact.js";
import type { Outcome } from "../../src/domain/outcome.js";
import type { Plan } from "../../src/domain/plan.js";
import { type Card, newCard } from "../../src/findings/card.js";
import { anAnswer } from "./diagnosis.js";
import { after, noon } from "./kubernetes.js";
import { aDecisionId, anOffer } from "./plan.js";
import { anExecutionId, aRequest, aRunId } from "./request.js";

export function aCard(over: Partial<Card> = {}): Card {
  return { ...newCard(aRequest()), ...over };
}

export function anOutcome(over: Partial<Outcome> = {}): Outcome {
  return {
    run: anExecutionId,
    decision: aDecisionId,
    state: "verified",
    applied: true,
    summary: "4 of 4 ready after 38 s · finding gone",
    startedAt: after(60),
    finishedAt: after(98),
    ...over,
  };
}

export const rulesOnly = { used: false, model: null, note: "Rules only; no model was asked.", usd: 0 };

export function aFinding(over: Partial<NonNullable<Card["finding"]>> = {}): NonNullable<Card["finding"]> {
  return { at: after(2), stage: "final", answer: anAnswer(), model: rulesOnly, ...over };
}

/** The offer of the default plan, on a card. */
export function aPlanOnCard(over: Partial<Plan> = {}): NonNullable<Card["plan"]> {
  return { at: after(3), offer: anOffer(over) };
}

export function aVerdictOnCard(state: "approved" | "denied" | "expired" | "superseded", by: string | null = "U0LI") {
  return { at: after(50), state, by, reason: null };
}

type Body<K extends Fact["kind"]> = Omit<Extract<Fact, { kind: K }>, "kind" | "run" | "at">;

/** A fact about the default run, that many seconds after noon. */
export function aFact<K extends Fact["kind"]>(kind: K, seconds: number, body: Body<K>): Fact {
  return { kind, run: aRunId, at: after(seconds), ...body } as unknown as Fact;
}

/** Everything that one run tells its thread, from the request to a verified rollback. */
export function aWholeStory(): Fact[] {
  const decision = aDecisionId;
  return [
    aFact("requested", 0, { request: aRequest() }),
    aFact("started", 1, {}),
    aFact("progress", 1.5, { step: "context", text: "reading" }),
    aFact("finding", 2, { stage: "first", answer: anAnswer(), model: rulesOnly }),
    aFact("finding", 2.5, { stage: "final", answer: anAnswer(), model: { ...rulesOnly, used: true, model: "claude" } }),
    aFact("plan", 3, { offer: anOffer() }),
    aFact("ended", 4, { result: "succeeded" }),
    aFact("verdict", 50, { decision, state: "approved", by: "U0LI" }),
    aFact("executing", 61, { decision, text: "Checking the plan once more" }),
    aFact("executing", 62, { decision, text: "The dry-run still matches what was approved" }),
    aFact("executing", 63, { decision, text: "Applied; watching it come up" }),
    aFact("outcome", 98, { outcome: anOutcome() }),
    aFact("alert-resolved", 120, {}),
    aFact("plan-due", 1_800, { decision }),
  ];
}

/** One card for each state that a card can be in. */
export function cardsByState(): Record<string, Card> {
  const found = { startedAt: after(1), finding: aFinding() };
  const planned = { ...found, plan: aPlanOnCard() };
  const approved = { ...planned, verdict: aVerdictOnCard("approved") };
  const ended = (over: Partial<Outcome>) => ({
    ...approved,
    outcome: { at: after(98), outcome: anOutcome(over) },
  });
  const undo = aPlanOnCard({ purpose: "undo" });
  return {
    queued: aCard(),
    investigating: aCard({ startedAt: after(1) }),
    finding: aCard(found),
    healthy: aCard({ finding: aFinding({ answer: anAnswer({ status: "healthy", verdicts: [] }) }) }),
    inconclusive: aCard({ finding: aFinding({ answer: anAnswer({ status: "inconclusive" }) }) }),
    "awaiting-approval": aCard(planned),
    executing: aCard(approved),
    verified: aCard(ended({})),
    "no-effect": aCard(ended({ state: "no-effect" })),
    "rolled-back": aCard(ended({ state: "rolled-back" })),
    undone: aCard({ ...ended({ decision: undo.offer.decision }), plan: undo }),
    failed: aCard(ended({ state: "failed", applied: false })),
    unknown: aCard(ended({ state: "unknown" })),
    expired: aCard({ ...planned, verdict: aVerdictOnCard("expired", null) }),
    denied: aCard({ ...planned, verdict: { ...aVerdictOnCard("denied"), reason: "not now" } }),
    cancelled: aCard({ ended: { at: noon.toISOString(), result: "cancelled", error: "stopped by a person" } }),
    superseded: aCard({ ...planned, verdict: aVerdictOnCard("superseded", null) }),
  };
}
