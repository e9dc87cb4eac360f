import type { Fact } from "../domain/fact.js";
import type { Card } from "./card.js";

/** How long a person waited for something, in seconds. */
export interface Milestone {
  name: "first-finding" | "diagnosis" | "approval-to-outcome";
  seconds: number;
}

function between(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1_000);
}

/**
 * What a fact says of the time that people waited: from their words to the first finding and to the whole answer, from
 * the approval to its outcome. Pure.
 * @param card the card with the fact in it.
 */
export function decideMilestones(fact: Fact, card: Pick<Card, "request" | "verdict">): Milestone[] {
  if (fact.kind === "finding") {
    const seconds = between(card.request.requestedAt, fact.at);
    const first = fact.stage === "first" || !fact.model.used;
    return [
      ...(first ? [{ name: "first-finding" as const, seconds }] : []),
      ...(fact.stage === "final" ? [{ name: "diagnosis" as const, seconds }] : []),
    ];
  }
  if (fact.kind !== "outcome" || card.verdict?.state !== "approved") return [];
  return [{ name: "approval-to-outcome", seconds: between(card.verdict.at, fact.outcome.finishedAt) }];
}
