import { expect, it } from "@jest/globals";
import { sweepDecisions, sweepGrants } from "../../../src/controller/index.js";
import { isForgettable } from "../../../src/controller/sweep.js";
import type { AgentRun } from "../../../src/domain/agent-run.js";
import type { Decision } from "../../../src/domain/decision.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecision, aDecisionId } from "../../builders/plan.js";
import { anExecutionId, anExecutionRun } from "../../builders/request.js";
import { createControllerCluster } from "../../fakes/controller-cluster.js";

const days = (count: number) => new Date(noon.getTime() + count * 86_400_000);
const finishedAt = noon.toISOString();

it.each<[string, Decision, Date]>([
  ["was settled more than 30 days ago", aDecision({ status: { phase: "Verified", finishedAt } }), days(31)],
  ["was denied more than 30 days ago", aDecision({ status: { phase: "Denied", decidedAt: finishedAt } }), days(31)],
  ["nobody answered, 30 days after its time", aDecision({ status: { phase: "AwaitingApproval" } }), days(31)],
])("a Decision is forgotten that %s", (_what, decision, now) => {
  expect(isForgettable(decision, now)).toBe(true);
});

it.each<[string, Decision, Date]>([
  ["was settled less than 30 days ago", aDecision({ status: { phase: "Verified", finishedAt } }), days(29)],
  ["is approved, and its outcome not known", aDecision({ status: { phase: "Approved" } }), days(700)],
  ["waits for a person", aDecision({ status: { phase: "AwaitingApproval" } }), days(0)],
  [
    "was denied long ago, but may be approved for long yet",
    aDecision({ spec: { expiresAt: days(40).toISOString() }, status: { phase: "Denied", decidedAt: finishedAt } }),
    days(69),
  ],
])("a Decision is kept that %s", (_what, decision, now) => {
  expect(isForgettable(decision, now)).toBe(false);
});

it("deletes what is forgettable", async () => {
  const cluster = createControllerCluster({
    decisions: [aDecision({ status: { phase: "Denied", decidedAt: finishedAt } })],
  });
  expect(await sweepDecisions(cluster, () => days(1))).toBe(0);
  expect(await sweepDecisions(cluster, () => days(31))).toBe(1);
  expect(cluster.log).toEqual([`delete decision ${aDecisionId}`]);
});

const takenBack = {
  type: "RightsTakenBack",
  status: "True" as const,
  reason: "Ended",
  message: "",
  lastTransitionTime: finishedAt,
};

it.each<[string, AgentRun[], number]>([
  ["whose run is gone", [], 1],
  [
    "whose rights were taken back already",
    [anExecutionRun({ status: { phase: "Failed", conditions: [takenBack] } })],
    1,
  ],
  ["that has not ended", [anExecutionRun({ status: { phase: "Running" } })], 0],
  ["that has ended, and is reconciled by itself", [anExecutionRun({ status: { phase: "Failed" } })], 0],
])("takes back what was minted for an execution %s: %#", async (_what, runs, swept) => {
  const cluster = createControllerCluster({ runs, minted: [{ run: anExecutionId, namespace: "shop" }] });
  expect(await sweepGrants(cluster, "kubeclaw-executors")).toBe(swept);
  expect(cluster.log).toEqual(Array(swept).fill("take back"));
});
