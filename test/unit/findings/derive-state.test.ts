import { describe, expect, it } from "@jest/globals";
import { type Card, CardState } from "../../../src/findings/card.js";
import { deriveState } from "../../../src/findings/derive-state.js";
import { aCard, aFinding, anOutcome, aPlanOnCard, aVerdictOnCard, cardsByState } from "../../builders/card.js";
import { after } from "../../builders/kubernetes.js";

describe("every state", () => {
  it("has a card", () => {
    expect(Object.keys(cardsByState()).sort()).toEqual([...CardState.options].sort());
  });

  it.each(Object.entries(cardsByState()))("%s", (state, card) => {
    expect(deriveState(card)).toBe(state);
  });
});

const ended = (result: "succeeded" | "failed" | "cancelled") => ({ at: after(5), result, error: null });

it.each<[string, Partial<Card>, CardState]>([
  ["progress alone is work", { progress: [{ at: after(1), step: "context", text: "" }] }, "investigating"],
  ["a first finding is still work", { finding: aFinding({ stage: "first" }) }, "investigating"],
  [
    "a first finding is the answer once the run has ended",
    { finding: aFinding({ stage: "first" }), ended: ended("failed") },
    "finding",
  ],
  ["a run that ended without a finding failed", { startedAt: after(1), ended: ended("failed") }, "failed"],
  ["a finding outlives a later failure of the run", { finding: aFinding(), ended: ended("failed") }, "finding"],
  [
    "an executor's word is enough, whoever approved",
    { plan: aPlanOnCard(), executing: { at: after(9), text: "" } },
    "executing",
  ],
  [
    "an outcome is the last word",
    {
      plan: aPlanOnCard(),
      verdict: aVerdictOnCard("approved"),
      executing: { at: after(99), text: "" },
      outcome: { at: after(98), outcome: anOutcome({ state: "unknown" }) },
    },
    "unknown",
  ],
])("%s", (_what, over, state) => {
  expect(deriveState(aCard(over))).toBe(state);
});
