import { expect, it } from "@jest/globals";
import type { AgentRun, Condition } from "../../../src/domain/agent-run.js";
import { sweepRuns } from "../../../src/worker/index.js";
import { isForgettable } from "../../../src/worker/sweep-runs.js";
import { noon } from "../../builders/kubernetes.js";
import { anExecutionRun, anInvestigationRun, aRunId } from "../../builders/request.js";
import { aSignedApproval } from "../../builders/signature.js";
import { createRunCluster } from "../../fakes/run-cluster.js";

const days = (count: number) => new Date(noon.getTime() + count * 86_400_000);
const ended = (finishedAt: Date, conditions: Condition[] = []) => ({
  status: { phase: "Succeeded" as const, finishedAt: finishedAt.toISOString(), conditions },
});
const back: Condition = {
  type: "RightsTakenBack",
  status: "True",
  reason: "Ended",
  message: "",
  lastTransitionTime: noon.toISOString(),
};

it.each<[string, AgentRun, Date]>([
  ["ended more than a week ago", anInvestigationRun(ended(noon)), days(7.1)],
  ["was an execution whose rights are back", anExecutionRun(ended(noon, [back])), days(7.1)],
])("a run is forgotten that %s", (_what, run, now) => {
  expect(isForgettable(run, now)).toBe(true);
});

it.each<[string, AgentRun, Date]>([
  ["ended less than a week ago", anInvestigationRun(ended(noon)), days(6.9)],
  ["has not ended", anInvestigationRun({ status: { phase: "Running" } }), days(700)],
  ["was never looked at", anInvestigationRun(), days(700)],
  ["has an account of its own still", anExecutionRun(ended(noon)), days(700)],
  [
    "has an approval that held until a moment ago",
    anExecutionRun({
      ...ended(noon, [back]),
      spec: { approval: aSignedApproval({ expiresAt: days(20).toISOString() }) },
    }),
    days(21),
  ],
])("a run is kept that %s", (_what, run, now) => {
  expect(isForgettable(run, now)).toBe(false);
});

it("deletes what is forgettable, in each namespace, and nothing else", async () => {
  const cluster = createRunCluster([]);
  const old = anInvestigationRun(ended(noon));
  const fresh = anInvestigationRun({ metadata: { name: "kc-inv-ffffffffffffffffffff" }, ...ended(days(5)) });
  for (const run of [old, fresh]) cluster.runs.set(run.metadata.name, run);
  expect(await sweepRuns(cluster, ["kubeclaw-agents", "kubeclaw-executors"], () => days(8))).toBe(1);
  expect(cluster.log).toEqual([`delete run ${aRunId}`]);
});
