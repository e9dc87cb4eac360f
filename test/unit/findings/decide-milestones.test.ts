import { expect, it } from "@jest/globals";
import type { Fact } from "../../../src/domain/fact.js";
import { decideMilestones } from "../../../src/findings/index.js";
import { anAnswer } from "../../builders/diagnosis.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aDecisionId } from "../../builders/plan.js";
import { anExecutionId, aRequest, aRunId } from "../../builders/request.js";

const request = aRequest({ requestedAt: noon.toISOString() });
const finding = (stage: "first" | "final", used: boolean, seconds: number): Fact => ({
  kind: "finding",
  run: aRunId,
  at: after(seconds),
  stage,
  answer: anAnswer(),
  model: { used, model: null, note: "", usd: 0 },
});
const outcome: Fact = {
  kind: "outcome",
  run: aRunId,
  at: after(99),
  outcome: {
    run: anExecutionId,
    decision: aDecisionId,
    state: "verified",
    applied: true,
    summary: "4 of 4 ready",
    startedAt: after(61),
    finishedAt: after(63),
  },
};
const verdict = (state: "approved" | "denied") => ({ at: after(60), state, by: "U0LI", reason: null });

it.each<[string, Fact, object[]]>([
  ["the rules' answer, before the model's", finding("first", true, 2), [{ name: "first-finding", seconds: 2 }]],
  [
    "the rules' answer, where no model takes part",
    finding("final", false, 2),
    [
      { name: "first-finding", seconds: 2 },
      { name: "diagnosis", seconds: 2 },
    ],
  ],
  ["the model's answer", finding("final", true, 9), [{ name: "diagnosis", seconds: 9 }]],
  ["anything else", { kind: "started", run: aRunId, at: after(1) }, []],
  ["a clock that goes backwards", finding("first", true, -5), [{ name: "first-finding", seconds: 0 }]],
])("%s", (_what, fact, milestones) => {
  expect(decideMilestones(fact, { request, verdict: null })).toEqual(milestones);
});

it("the outcome of what a person approved, counted from the click", () => {
  expect(decideMilestones(outcome, { request, verdict: verdict("approved") })).toEqual([
    { name: "approval-to-outcome", seconds: 3 },
  ]);
  expect(decideMilestones(outcome, { request, verdict: verdict("denied") })).toEqual([]);
});
