import { Plan } from "../domain/plan.js";
import type { Card, CardState } from "./card.js";

/** The plan of a card, parsed; null where there is none. */
export function planOf(card: Card): Plan | null {
  return card.plan ? Plan.parse(JSON.parse(card.plan.offer.plan)) : null;
}

/** The one word for where an investigation stands; it is also in the message's metadata. */
export function deriveState(card: Card): CardState {
  if (card.outcome) {
    const { state } = card.outcome.outcome;
    return state === "verified" && planOf(card)?.purpose === "undo" ? "undone" : state;
  }
  if (card.executing || card.verdict?.state === "approved") return "executing";
  if (card.verdict) return card.verdict.state;
  if (card.plan) return "awaiting-approval";
  if (card.finding?.stage === "final" || (card.finding && card.ended)) {
    const { status } = card.finding.answer;
    return status === "healthy" ? "healthy" : status === "inconclusive" ? "inconclusive" : "finding";
  }
  if (card.ended?.result === "cancelled") return "cancelled";
  if (card.ended?.result === "failed") return "failed";
  return card.startedAt !== null || card.progress.length > 0 || card.finding ? "investigating" : "queued";
}
