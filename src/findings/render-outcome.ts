import type { KnownBlock } from "@slack/types";
import type { ActionType } from "../domain/action.js";
import type { Plan } from "../domain/plan.js";
import { section } from "./blocks.js";
import type { Card, CardState } from "./card.js";
import { planOf } from "./derive-state.js";
import { clock, cut, escapeText } from "./text.js";

/** What each action has done, in a word. */
const deeds: Readonly<Record<ActionType, string>> = {
  "rollout-undo": "Rolled back",
  "rollout-restart": "Restarted",
  scale: "Scaled",
};

const marks: Readonly<Partial<Record<CardState, readonly [mark: string, words: string]>>> = {
  undone: ["🟢", "Undone"],
  "rolled-back": ["🟠", "It did not help; back to what was there before"],
  failed: ["🔴", "Not executed"],
  unknown: ["⚪", "Outcome unknown"],
  denied: ["⚪", "Denied"],
  expired: ["⚪", "Expired"],
  superseded: ["⚪", "Superseded by a newer plan"],
};

function headlineOf(state: CardState, plan: Plan | null): readonly [mark: string, words: string] {
  const deed = plan ? deeds[plan.action.type] : "Changed";
  if (state === "verified") return ["🟢", `${deed} and verified`];
  if (state === "no-effect") return ["🟠", `${deed}, no effect`];
  return marks[state] ?? ["⚪", state];
}

function approvedBy(card: Card): string {
  const { verdict } = card;
  return verdict?.state === "approved" && verdict.by !== null
    ? ` · approved by <@${verdict.by}> ${clock(verdict.at)}`
    : "";
}

/** What is being done, or how it ended: the top of the card from the decision on. */
export function renderOutcome(card: Card, state: CardState): KnownBlock[] {
  const plan = planOf(card);
  const what = plan ? escapeText(plan.summary) : "";
  if (state === "executing") {
    const doing = card.executing ? escapeText(card.executing.text) : "Waiting for the executor";
    return [section("outcome", `⏳ *${what}*${approvedBy(card)}\n${doing}`)];
  }
  const [mark, words] = headlineOf(state, plan);
  const { verdict, outcome } = card;
  if (outcome) {
    const asked = clock(card.request.requestedAt);
    return [
      section(
        "outcome",
        `${mark} *${words}* · ${escapeText(cut(outcome.outcome.summary, 600))}\n${what} · asked ${asked}${approvedBy(card)}`,
      ),
    ];
  }
  // Nothing newer took its place where a reason is given.
  if (state === "superseded" && verdict?.reason)
    return [
      section("outcome", `${mark} *Withdrawn* ${clock(verdict.at)}: ${escapeText(cut(verdict.reason, 500))}\n${what}`),
    ];
  const by = verdict?.by ? ` by <@${verdict.by}>` : "";
  const reason = verdict?.reason ? `: ${escapeText(cut(verdict.reason, 500))}` : "";
  return [section("outcome", `${mark} *${words}*${by}${verdict ? ` ${clock(verdict.at)}` : ""}${reason}\n${what}`)];
}
