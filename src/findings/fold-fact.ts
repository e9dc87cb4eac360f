import type { Fact } from "../domain/fact.js";
import type { Card } from "./card.js";

/** Newer by time, or by its nature: a final finding replaces a first one of the same moment. */
function newer(at: string, than: { at: string } | null): boolean {
  return than === null || at >= than.at;
}

function foldDecision(card: Card, fact: Extract<Fact, { kind: "verdict" | "executing" | "outcome" }>): Card {
  const { at } = fact;
  const decision = fact.kind === "outcome" ? fact.outcome.decision : fact.decision;
  if (card.plan?.offer.decision !== decision) {
    // About an older plan: history. About one that has not arrived: kept until it does.
    if (card.plan && at < card.plan.at) return card;
    return { ...card, early: [...card.early, fact].slice(-20) };
  }
  switch (fact.kind) {
    case "verdict":
      return { ...card, verdict: { at, state: fact.state, by: fact.by, reason: fact.reason ?? null } };
    case "executing":
      return newer(at, card.executing) ? { ...card, executing: { at, text: fact.text } } : card;
    case "outcome":
      return { ...card, outcome: { at, outcome: fact.outcome } };
  }
}

/** Takes one more fact into a card. Facts may come twice and in any order; the result is the same. Pure. */
export function foldFact(card: Card, fact: Fact): Card {
  const { at } = fact;
  switch (fact.kind) {
    case "requested":
    case "plan-due":
    case "alert-joined":
    case "note":
      return card;
    case "started":
      return { ...card, startedAt: card.startedAt ?? at };
    case "progress": {
      if (card.progress.some((entry) => entry.step === fact.step)) return card;
      const progress = [...card.progress, { at, step: fact.step, text: fact.text }].sort((left, right) =>
        left.at.localeCompare(right.at),
      );
      return { ...card, progress: progress.slice(-20) };
    }
    case "finding": {
      if (card.finding?.stage === "final" && fact.stage === "first") return card;
      return { ...card, finding: { at, stage: fact.stage, answer: fact.answer, model: fact.model } };
    }
    case "ended":
      return { ...card, ended: { at, result: fact.result, error: fact.error ?? null } };
    case "plan": {
      if (card.plan && (card.plan.offer.decision === fact.offer.decision || at < card.plan.at)) return card;
      const fresh: Card = {
        ...card,
        plan: { at, offer: fact.offer },
        noPlan: null,
        verdict: null,
        executing: null,
        outcome: null,
        early: [],
      };
      return card.early.reduce(foldFact, fresh);
    }
    case "no-plan":
      return newer(at, card.plan) && newer(at, card.noPlan) ? { ...card, noPlan: { at, reason: fact.reason } } : card;
    case "verdict":
    case "executing":
    case "outcome":
      return foldDecision(card, fact);
    case "alert-resolved":
      return { ...card, resolvedAt: card.resolvedAt ?? at };
  }
}

/**
 * Takes into a card how many alerts belong to its run, as it is now: one that fires again makes it open again. Pure.
 */
export function foldAlerts(card: Card, { total, firing }: { total: number; firing: number }): Card {
  return { ...card, alerts: Math.max(card.alerts, total), resolvedAt: firing > 0 ? null : card.resolvedAt };
}
