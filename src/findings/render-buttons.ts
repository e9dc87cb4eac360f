import type { ActionsBlock, Button, KnownBlock } from "@slack/types";
import type { Plan } from "../domain/plan.js";
import { button, confirmation } from "./blocks.js";
import type { Card, CardState } from "./card.js";
import { shortName } from "./short-name.js";

/** States in which there is an answer that a person can judge. */
const judged: ReadonlySet<CardState> = new Set([
  "finding",
  "inconclusive",
  "awaiting-approval",
  "verified",
  "no-effect",
  "rolled-back",
  "expired",
  "denied",
  "superseded",
]);

function planButtons(card: Card, plan: Plan): Button[] {
  const { offer } = card.plan ?? { offer: { decision: "", planDigest: "" } };
  const value = `v1:${offer.decision}:${offer.planDigest.slice(0, 16)}`;
  const sure = confirmation(
    plan.summary,
    `${shortName(plan.target)} in ${plan.target.namespace}: ${plan.diff.length} fields change. It is verified, and can be undone.`,
    "Approve",
  );
  return [
    button("approve", "Approve", value, { style: "primary", ...(plan.tier === "T3" ? {} : { confirm: sure }) }),
    button("deny", "Deny", value),
    button("details", "Details", value),
  ];
}

/** The buttons of a card in its state; every one carries ids only. Pure. */
export function renderButtons(card: Card, state: CardState, plan: Plan | null): KnownBlock[] {
  const { run } = card.request;
  const decision = card.plan ? `v1:${card.plan.offer.decision}:${card.plan.offer.planDigest.slice(0, 16)}` : "";
  const elements: Button[] = [];
  if (state === "queued" || state === "investigating") elements.push(button("stop", "Stop", run));
  if (state === "awaiting-approval" && plan) elements.push(...planButtons(card, plan));
  if (state === "executing" && card.outcome === null)
    elements.push(
      button("stop", "Stop at the next safe point", decision, { style: "danger" }),
      button("details", "Details", decision),
    );
  if (["verified", "no-effect"].includes(state))
    elements.push(button("undo", "Undo", decision), button("details", "Details", decision));
  const again =
    ["expired", "failed", "superseded", "undone", "rolled-back", "denied"].includes(state) && card.plan !== null;
  if (again) elements.push(button("replan", "Make a new plan", decision));
  const answered = (card.finding?.answer.verdicts.length ?? 0) > 0;
  if (answered) elements.push(button("why", "Why?", run));
  if (answered && judged.has(state))
    elements.push(
      button("feedback-right", "Right", run),
      button("feedback-wrong", "Wrong", run),
      button("feedback-partly", "Partly", run),
    );
  const block: ActionsBlock = { type: "actions", block_id: `actions-${state}`, elements };
  return elements.length > 0 ? [block] : [];
}
