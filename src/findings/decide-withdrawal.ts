import type { Card } from "./card.js";
import { deriveState, planOf } from "./derive-state.js";

/**
 * The waiting plan that nobody needs any more, because every alert of the card is resolved; null where there is none.
 * A way back that somebody asked for stays, and so does a plan that a person asked for after that. Pure.
 */
export function decideWithdrawal(card: Card): string | null {
  const plan = planOf(card);
  if (card.resolvedAt === null || !card.plan || !plan || deriveState(card) !== "awaiting-approval") return null;
  if (plan.purpose === "undo") return null;
  if (plan.requestedBy !== null && card.plan.at > card.resolvedAt) return null;
  return card.plan.offer.decision;
}
