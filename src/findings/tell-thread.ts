import { isKubeClawError, KubeClawError } from "../domain/errors.js";
import type { Fact } from "../domain/fact.js";
import { requester } from "../domain/investigation-request.js";
import { type Card, type CardState, newCard } from "./card.js";
import { decideWithdrawal } from "./decide-withdrawal.js";
import { deriveState } from "./derive-state.js";
import { foldAlerts, foldFact } from "./fold-fact.js";
import type { CardStore, Threads } from "./ports.js";
import type { PostOnce } from "./post-once.js";
import { renderCard } from "./render-card.js";
import { renderEvidence } from "./render-evidence.js";
import { renderNote, renderUnreachable } from "./render-note.js";

export type Told = { kind: "done" } | { kind: "later"; delayMs: number };

const reactions: Readonly<Partial<Record<CardState, string>>> = {
  queued: "eyes",
  investigating: "hourglass_flowing_sand",
  finding: "red_circle",
  inconclusive: "red_circle",
  "awaiting-approval": "red_circle",
  executing: "hourglass_flowing_sand",
  healthy: "large_green_circle",
  verified: "large_green_circle",
};
const allReactions = [...new Set(Object.values(reactions))];

/** Takes facts into cards and keeps Slack showing what the cards say. Any fact may come twice, late, or out of order. */
export function createTellThread(deps: {
  store: CardStore;
  threads: Threads;
  postOnce: PostOnce;
  /** Records a plan as waiting before its buttons are shown. */
  onPlan: (fact: Extract<Fact, { kind: "plan" }>, card: Card) => Promise<void>;
  onEnded: (card: Card) => Promise<void>;
  /** Ends a plan that waits, with the reason that its card shows. */
  withdraw: (decision: string, reason: string) => Promise<void>;
  /** The alerts of a run, and how many of them fire. */
  countAlerts: (run: string) => Promise<{ total: number; firing: number }>;
  now: () => Date;
}): (fact: Fact) => Promise<Told> {
  const { store, threads, postOnce, onPlan, onEnded, withdraw, countAlerts, now } = deps;

  async function begin(fact: Fact): Promise<Card> {
    const known = await store.load(fact.run);
    if (known) return known;
    const request = fact.kind === "requested" ? fact.request : await store.request(fact.run);
    if (!request) throw new KubeClawError("not-found", `nothing is known of run ${fact.run}`);
    return newCard(request);
  }

  /** Shows the card and its evidence; `shown` is false where the card is not there yet. */
  async function show(card: Card): Promise<{ told: Told; shown: boolean }> {
    const { run, slack } = card.request;
    const shown = await postOnce(
      { run, key: "card", channel: slack.channel, threadTs: slack.threadTs },
      renderCard(card, now()),
    );
    if (shown.kind === "later") return { told: shown, shown: false };
    const looks = shown.lookAgainMs === undefined ? [] : [shown.lookAgainMs];
    const { finding } = card;
    // A healthy scope is one line, without a note behind it.
    const evidence =
      finding?.stage === "final" && finding.answer.verdicts.length > 0 ? renderEvidence(card, finding.answer) : null;
    if (evidence) {
      const noted = await postOnce({ run, key: "evidence", channel: slack.channel, threadTs: shown.thread }, evidence);
      if (noted.kind === "later") return { told: noted, shown: true };
      if (noted.lookAgainMs !== undefined) looks.push(noted.lookAgainMs);
    }
    const told: Told = looks.length > 0 ? { kind: "later", delayMs: Math.min(...looks) } : { kind: "done" };
    return { told, shown: true };
  }

  /** Where a channel takes nothing more, the person who asked learns it directly: a question must not end in silence. */
  async function showOrSay(card: Card): Promise<{ told: Told; shown: boolean }> {
    try {
      return await show(card);
    } catch (error) {
      const asker = requester(card.request);
      if (isKubeClawError(error, "invalid") && asker !== null)
        await postOnce(
          { run: card.request.run, key: "unreachable", channel: asker, threadTs: null },
          renderUnreachable(card.request, error.message),
        );
      throw error;
    }
  }

  async function react(before: CardState | null, card: Card): Promise<void> {
    const { channel, threadTs } = card.request.slack;
    const after = card.resolvedAt === null ? reactions[deriveState(card)] : "large_green_circle";
    if (
      threadTs === null ||
      after === undefined ||
      (before !== null && reactions[before] === after && card.resolvedAt === null)
    )
      return;
    await threads.react(
      { channel, ts: threadTs },
      after,
      allReactions.filter((name) => name !== after),
    );
  }

  async function fold(card: Card, fact: Fact): Promise<Card> {
    const next = foldFact(card, fact);
    return fact.kind === "alert-joined" || fact.kind === "alert-resolved"
      ? foldAlerts(next, await countAlerts(fact.run))
      : next;
  }

  return async (fact) => {
    if (fact.kind === "note") {
      const { run, place } = fact;
      const said = await postOnce({ run, key: "note", ...place }, renderNote(fact));
      if (said.kind === "later") return said;
      return said.lookAgainMs === undefined ? { kind: "done" } : { kind: "later", delayMs: said.lookAgainMs };
    }
    const done = await store.withLock(fact.run, async (): Promise<Told> => {
      const known = await store.load(fact.run);
      const card = await begin(fact);
      if (fact.kind === "plan") await onPlan(fact, card);
      const next = await fold(card, fact);
      await store.save(fact.run, next);
      // Before the card is drawn again: a plan of a resolved alert must not be approved any more.
      const idle = decideWithdrawal(next);
      if (idle !== null) await withdraw(idle, "the alert was resolved");
      // Before the card says so: whoever reads that a run has ended may ask again at once.
      if (fact.kind === "ended") await onEnded(next);
      const { told, shown } = await showOrSay(next);
      if (shown) await react(known && deriveState(known), next);
      return told;
    });
    return done ? done.value : { kind: "later", delayMs: 150 };
  };
}
