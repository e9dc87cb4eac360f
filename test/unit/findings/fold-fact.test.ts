import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Fact } from "../../../src/domain/fact.js";
import { type Card, newCard } from "../../../src/findings/card.js";
import { deriveState } from "../../../src/findings/derive-state.js";
import { foldFact } from "../../../src/findings/fold-fact.js";
import { renderCard } from "../../../src/findings/render-card.js";
import { aCard, aFact, anOutcome, aWholeStory } from "../../builders/card.js";
import { healthyAnswer } from "../../builders/diagnosis.js";
import { after } from "../../builders/kubernetes.js";
import { anOffer } from "../../builders/plan.js";
import { anExecutionId, aRequest } from "../../builders/request.js";

const fold = (facts: readonly Fact[]): Card => facts.reduce(foldFact, newCard(aRequest()));
const now = new Date(after(3_600));
/** What a person sees: the state and the message. */
const seen = (card: Card) => [deriveState(card), renderCard(card, now)];

const undo = anOffer({ purpose: "undo", plannedAt: after(200) });
const undone = { decision: undo.decision };
const stories: Record<string, Fact[]> = {
  "verified by a rollback": aWholeStory(),
  "undone again": [
    ...aWholeStory(),
    aFact("plan", 200, { offer: undo }),
    aFact("verdict", 210, { ...undone, state: "approved", by: "U0JO" }),
    aFact("executing", 211, { ...undone, text: "Applied" }),
    aFact("outcome", 220, { outcome: anOutcome({ ...undone, run: anExecutionId }) }),
  ],
  "superseded by a newer plan that waits": [
    ...aWholeStory().slice(0, 7),
    aFact("plan", 200, { offer: undo }),
    aFact("verdict", 200.5, { decision: anOffer().decision, state: "superseded", by: null }),
  ],
  denied: [
    ...aWholeStory().slice(0, 7),
    aFact("verdict", 60, { decision: anOffer().decision, state: "denied", by: "U0LI", reason: "no" }),
  ],
  "without a plan": [
    ...aWholeStory().slice(0, 5),
    aFact("no-plan", 3, { reason: "paused" }),
    aFact("ended", 4, { result: "succeeded" }),
  ],
  healthy: [
    aFact("requested", 0, { request: aRequest() }),
    aFact("started", 1, {}),
    aFact("finding", 2, {
      stage: "final",
      answer: healthyAnswer,
      model: { used: false, model: null, note: "", usd: 0 },
    }),
    aFact("ended", 3, { result: "succeeded" }),
  ],
  "failed before it found anything": [
    aFact("started", 1, {}),
    aFact("ended", 3, { result: "failed", error: "evicted" }),
  ],
};

describe.each(Object.entries(stories))("a run that is %s", (_name, story) => {
  it("looks the same in whatever order its facts come, and however often", () => {
    const wanted = seen(fold(story));
    const arrivals = fc.tuple(
      fc.shuffledSubarray(story, { minLength: story.length }),
      fc.array(fc.nat(story.length - 1), { maxLength: 12 }),
      fc.infiniteStream(fc.nat(40)),
    );
    fc.assert(
      fc.property(arrivals, ([order, again, places]) => {
        const facts = [...order];
        for (const index of again) facts.splice(places.next().value % (facts.length + 1), 0, story[index]!);
        expect(seen(fold(facts))).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });
});

it("takes the newest reason why there is no plan, whichever comes last", () => {
  const [first, second] = [
    aFact("no-plan", 10, { reason: "paused" }),
    aFact("no-plan", 20, { reason: "managed by Helm" }),
  ];
  expect(fold([second, first]).noPlan).toEqual(fold([first, second]).noPlan);
});

it("keeps what it is told of a plan that has not arrived, until it does", () => {
  const { decision } = anOffer();
  const early = fold([aFact("outcome", 98, { outcome: anOutcome() })]);
  expect(deriveState(early)).toBe("queued");
  expect(early.early).toHaveLength(1);
  const whole = foldFact(early, aFact("plan", 3, { offer: anOffer() }));
  expect(whole.outcome?.outcome.decision).toBe(decision);
  expect(whole.early).toEqual([]);
});

it("does not grow without bound", () => {
  const facts = Array.from({ length: 100 }, (_, at) => aFact("progress", at, { step: `step-${at}`, text: "" }));
  const early = Array.from({ length: 100 }, (_, at) => aFact("outcome", at, { outcome: anOutcome() }));
  const card = fold([...facts, ...early]);
  expect([card.progress.length, card.early.length]).toEqual([20, 20]);
});

it("forgets the verdict of the plan before: a new plan waits anew", () => {
  const card = fold([...aWholeStory(), aFact("plan", 200, { offer: undo })]);
  expect(deriveState(card)).toBe("awaiting-approval");
  expect([card.verdict, card.executing, card.outcome]).toEqual([null, null, null]);
});

it("leaves the card that it was given as it was", () => {
  const card = aCard();
  const before = structuredClone(card);
  for (const fact of aWholeStory()) foldFact(card, fact);
  expect(card).toEqual(before);
});
