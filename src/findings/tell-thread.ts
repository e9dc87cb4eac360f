import { KubeClawError } from "../domain/errors.js";
import type { Fact } from "../domain/fact.js";
import { type Card, type CardState, newCard } from "./card.js";
import { deriveState } from "./derive-state.js";
import { foldFact } from "./fold-fact.js";
import type { CardStore, Threads } from "./ports.js";
import type { PostOnce } from "./post-once.js";
import { renderCard } from "./render-card.js";
import { renderEvidence } from "./render-evidence.js";

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
  now: () => Date;
}): (fact: Fact) => Promise<Told> {
  const { store, threads, postOnce, onPlan, onEnded, now } = deps;

  async function begin(fact: Fact): Promise<Card> {
    const known = await store.load(fact.run);
    if (known) return known;
    const request = fact.kind === "requested" ? fact.request : await store.request(fact.run);
    if (!request) throw new KubeClawError("not-found", `nothing is known of run ${fact.run}`);
    return newCard(request);
  }

  async function show(card: Card): Promise<Told> {
    const { run, slack } = card.request;
    const shown = await postOnce(
      { run, key: "card", channel: slack.channel, threadTs: slack.threadTs },
      renderCard(card, now()),
    );
    if (shown.kind === "later") return shown;
    const { finding } = card;
    // A healthy scope is one line, without a note behind it.
    const evidence =
      finding?.stage === "final" && finding.answer.verdicts.length > 0 ? renderEvidence(card, finding.answer) : null;
    if (evidence) {
      const noted = await postOnce(
        { run, key: "evidence", channel: slack.channel, threadTs: slack.threadTs ?? shown.ts },
        evidence,
      );
      if (noted.kind === "later") return noted;
    }
    return { kind: "done" };
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

  return async (fact) => {
    const done = await store.withLock(fact.run, async (): Promise<Told> => {
      const known = await store.load(fact.run);
      const card = await begin(fact);
      if (fact.kind === "plan") await onPlan(fact, card);
      const next = foldFact(card, fact);
      await store.save(fact.run, next);
      // Before the card says so: whoever reads that a run has ended may ask again at once.
      if (fact.kind === "ended") await onEnded(next);
      const told = await show(next);
      if (told.kind === "done") await react(known && deriveState(known), next);
      return told;
    });
    return done ? done.value : { kind: "later", delayMs: 150 };
  };
}
