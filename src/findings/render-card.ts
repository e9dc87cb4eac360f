import type { KnownBlock } from "@slack/types";
import { requester } from "../domain/investigation-request.js";
import type { Plan } from "../domain/plan.js";
import { context, divider, section } from "./blocks.js";
import type { Card, CardState } from "./card.js";
import { deriveState, planOf } from "./derive-state.js";
import type { Message } from "./message.js";
import { renderButtons } from "./render-buttons.js";
import { renderOutcome } from "./render-outcome.js";
import { detailsOf, headlineOf, listOf, mostShown, othersOf, whyOf } from "./render-verdict.js";
import { shortName } from "./short-name.js";
import { clock, cut, escapeText, lengthOf } from "./text.js";

function subject(card: Card): string {
  const { scope } = card.request;
  return scope.object ? shortName(scope.object) : `namespace ${scope.namespace}`;
}

function heading(card: Card): string {
  const { scope, cluster } = card.request;
  const where = scope.object ? ` in ${escapeText(scope.namespace)}` : "";
  return `*${escapeText(subject(card))}*${where} · ${escapeText(cluster)}`;
}

function askedBy(card: Card): string {
  const by = requester(card.request);
  if (by !== null) return `Asked by <@${by}>`;
  return card.request.trigger.kind === "alert" ? `For alert ${escapeText(card.request.trigger.alert.name)}` : "";
}

function whatCanBeDone(card: Card, plan: Plan | null): string {
  if (plan)
    return `*What can be done*\n1. ${escapeText(plan.summary)} · can be undone · ${plan.tier}, expires ${clock(plan.expiresAt)}`;
  if (card.noPlan) return `*What can be done*\nNo change is offered: ${escapeText(cut(card.noPlan.reason, 400))}`;
  const top = card.finding?.answer.verdicts[0];
  const action = top?.actions[0];
  if (action)
    return `*What can be done*\n◌ ${escapeText(action.type)} on ${escapeText(shortName(action.object))}: the plan is being made`;
  return "*What can be done*\nA person must choose: no safe change follows from this finding.";
}

function failing(card: Card, state: CardState): KnownBlock[] {
  const finding = card.finding;
  const verdict = finding?.answer.verdicts[0];
  if (!finding) return [];
  if (!verdict) {
    const said = finding.answer.warnings.map((warning) => escapeText(cut(warning, 300))).join("\n");
    return [section("headline", `🟡 ${heading(card)}\nNo answer: ${said === "" ? "too little could be read" : said}`)];
  }
  const since = verdict.since === undefined ? "" : ` · since ${clock(verdict.since)}`;
  const also = othersOf(finding.answer.verdicts);
  const mark = card.resolvedAt !== null ? "🟢" : verdict.confidence === "inconclusive" ? "🟡" : "🔴";
  return [
    section("headline", `${mark} *${headlineOf(verdict)}*\n${heading(card)}${since}`, 1_400),
    section(
      "why",
      whyOf(
        verdict,
        finding.model.used
          ? `Rules; ${finding.model.model ?? "the model"} was asked, $${finding.model.usd.toFixed(4)}.`
          : finding.model.note,
      ),
      2_000,
    ),
    ...(finding.model.used ? [section("model", `*Model* ${escapeText(cut(finding.model.note, 1_500))}`, 1_900)] : []),
    ...(also === "" ? [] : [section("others", `*Also failing*\n${also}`, 1_300)]),
    context("details", detailsOf(verdict), 1_300),
    ...(state === "awaiting-approval" || state === "finding" || state === "inconclusive"
      ? [divider("rule"), section("done", whatCanBeDone(card, planOf(card)), 1_400)]
      : []),
  ];
}

/** Why an undo or a new plan that somebody asked for is not offered: a button must never end in silence. */
function refusedSince(card: Card): KnownBlock[] {
  if (!card.noPlan) return [];
  return [section("refused", `No change is offered: ${escapeText(cut(card.noPlan.reason, 400))}`, 1_400)];
}

/** What was found, once something was decided about it: small, and no longer in the present tense. */
function before(card: Card): KnownBlock[] {
  const finding = card.finding;
  const verdict = finding?.answer.verdicts[0];
  if (!finding || !verdict) return [];
  const since = verdict.since === undefined ? "" : ` · since ${clock(verdict.since)}`;
  const also = othersOf(finding.answer.verdicts);
  return [
    // What this one change was never about is still there: a green mark must not hide it.
    ...(also === "" ? [] : [section("others", `*Not touched by this*, as of ${clock(finding.at)}\n${also}`, 1_300)]),
    context(
      "found",
      `${heading(card)}${since}\nFound: ${escapeText(cut(verdict.summary, 300))} · evidence in the thread`,
    ),
  ];
}

function healthy(card: Card): KnownBlock[] {
  const answer = card.finding?.answer;
  if (!answer) return [];
  const { namespace, object } = card.request.scope;
  const where = object ? `${escapeText(subject(card))} (${escapeText(namespace)})` : escapeText(namespace);
  const { objects, events } = answer.checked;
  const notRead = answer.warnings.length > 0 ? ` ${listOf(answer.warnings)}.` : "";
  const said = `🟢 Nothing is failing in ${where} now. Looked at ${objects} objects and ${events} events.${notRead}`;
  const worth = answer.verdicts.map(({ summary }) => `• ${escapeText(cut(summary, 200))}`).slice(0, mostShown);
  return [
    section("headline", said),
    ...(worth.length > 0 ? [section("others", `*Worth a look*\n${worth.join("\n")}`, 1_300)] : []),
  ];
}

function working(card: Card, now: Date): KnownBlock[] {
  const elapsed = lengthOf(now.getTime() - Date.parse(card.request.requestedAt));
  const steps = card.progress.map((entry) => `✓ ${escapeText(entry.step)}`).join(" ");
  const first = card.finding?.answer.verdicts[0];
  return [
    section("headline", `⏳ ${heading(card)} · ${elapsed}${steps === "" ? "" : `\n${steps}`}`),
    ...(first ? [section("first", `First: ${escapeText(first.summary)}`)] : []),
    context("asked", askedBy(card)),
  ];
}

function body(card: Card, state: CardState, now: Date): KnownBlock[] {
  switch (state) {
    case "queued":
      return [section("headline", `👀 ${heading(card)}\nLooking. ${askedBy(card)}`)];
    case "investigating":
      return card.finding ? [...failing(card, state), context("asked", askedBy(card))] : working(card, now);
    case "healthy":
      return healthy(card);
    case "cancelled":
      return [
        section(
          "headline",
          `⚪ ${heading(card)}\nStopped${card.ended?.error ? `: ${escapeText(card.ended.error)}` : ""}.`,
        ),
      ];
    case "failed":
      if (!card.outcome)
        return [
          section(
            "headline",
            `⚪ ${heading(card)}\nThe investigation did not end: ${escapeText(cut(card.ended?.error ?? "no reason is known", 500))}`,
          ),
        ];
      return [...renderOutcome(card, state), ...refusedSince(card), ...before(card)];
    case "finding":
    case "inconclusive":
    case "awaiting-approval":
      return failing(card, state);
    case "denied":
    case "expired":
    case "superseded":
    case "executing":
    case "no-effect":
    case "rolled-back":
    case "undone":
    case "unknown":
    case "verified":
      return [...renderOutcome(card, state), ...refusedSince(card), ...before(card)];
  }
}

function plainText(card: Card, state: CardState): string {
  const verdict = card.finding?.answer.verdicts[0];
  const what = verdict
    ? headlineOf(verdict)
    : `${escapeText(subject(card))} in ${escapeText(card.request.scope.namespace)}`;
  return cut(`${state.replace("-", " ")}: ${what}`, 300);
}

/** "and 9 more alerts of the same cause", under everything else. */
function joined(card: Card): KnownBlock[] {
  const more = card.alerts - 1;
  if (card.request.trigger.kind !== "alert" || more < 1) return [];
  return [context("alerts", `and ${more} more ${more === 1 ? "alert" : "alerts"} of the same cause`)];
}

/** Draws the card of an investigation as it stands. Pure; everything that came from a cluster is escaped. */
export function renderCard(card: Card, now: Date): Message {
  const state = deriveState(card);
  const resolved =
    card.resolvedAt === null ? [] : [context("resolved", `🟢 The alert was resolved at ${clock(card.resolvedAt)}.`)];
  const { run } = card.request;
  return {
    text: plainText(card, state),
    blocks: [...body(card, state, now), ...joined(card), ...resolved, ...renderButtons(card, state, planOf(card))],
    metadata: { event_type: "kubeclaw_card", event_payload: { run, key: "card", state } },
  };
}
