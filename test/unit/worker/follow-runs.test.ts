import { expect, it } from "@jest/globals";
import type { AgentRun } from "../../../src/domain/agent-run.js";
import { createRunFollower } from "../../../src/worker/index.js";
import { aRunId, anInvestigationRun } from "../../builders/request.js";

/** Reconciliations that end only when the test says so. */
function aWorld() {
  const started: AgentRun[] = [];
  const pending: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const errors: string[] = [];
  const lost: string[] = [];
  const follower = createRunFollower({
    reconcile: (run) => {
      started.push(run);
      return new Promise((resolve, reject) => pending.push({ resolve, reject }));
    },
    isDone: (run) => run.status?.phase === "Succeeded",
    onLost: ({ metadata: { name } }) => {
      lost.push(name);
      return Promise.resolve();
    },
    onError: (run) => errors.push(run),
  });
  const settle = async (how: "resolve" | "reject" = "resolve") => {
    const next = pending.shift();
    if (how === "resolve") next?.resolve();
    else next?.reject(new Error("failed"));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { follower, started, errors, lost, settle };
}

const run = anInvestigationRun();
const another = anInvestigationRun({ metadata: { name: "kc-inv-ffffffffffffffffffff" } });
const phases = (runs: AgentRun[]) => runs.map(({ status }) => status?.phase);

it("works on each run one at a time, and on different runs side by side", () => {
  const { follower, started } = aWorld();
  follower.run(run, false);
  follower.run(run, false);
  follower.run(another, false);
  expect(started.map(({ metadata }) => metadata.name)).toEqual([aRunId, another.metadata.name]);
});

it("looks once more, at the newest state, when something changed meanwhile", async () => {
  const { follower, started, settle } = aWorld();
  follower.run(run, false);
  follower.run(anInvestigationRun({ status: { phase: "Pending" } }), false);
  follower.run(anInvestigationRun({ status: { phase: "Running" } }), false);
  follower.job("kubeclaw-agents", aRunId, false);
  await settle();
  expect(phases(started)).toEqual([undefined, "Running"]);
  await settle();
  expect(started).toHaveLength(2);
});

it("tries again at the next change or resync after a failure", async () => {
  const { follower, started, errors, settle } = aWorld();
  follower.run(run, false);
  await settle("reject");
  expect([errors, started.length]).toEqual([[aRunId], 1]);
  follower.resync();
  expect(started).toHaveLength(2);
});

it("looks again after a failure where something changed meanwhile", async () => {
  const { follower, started, settle } = aWorld();
  follower.run(run, false);
  follower.job("kubeclaw-agents", aRunId, false);
  await settle("reject");
  expect(started).toHaveLength(2);
});

it("leaves runs alone that are done or deleted", () => {
  const { follower, started } = aWorld();
  follower.run(anInvestigationRun({ status: { phase: "Succeeded" } }), false);
  expect(started).toHaveLength(1); // a change is looked at once
  follower.run(another, true);
  follower.resync();
  follower.job("kubeclaw-agents", another.metadata.name, false);
  expect(started).toHaveLength(1);
});

it("a list replaces what was known of its namespace, and of no other", async () => {
  const { follower, started, settle } = aWorld();
  const elsewhere = anInvestigationRun({ metadata: { name: aRunId, namespace: "kubeclaw-executors" } });
  follower.run(run, false);
  follower.run(elsewhere, false);
  await settle();
  await settle();
  follower.runs("kubeclaw-agents", [another]);
  await settle();
  follower.resync();
  const namespaces = started.slice(3).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  expect(namespaces.sort()).toEqual([`kubeclaw-agents/${another.metadata.name}`, `kubeclaw-executors/${aRunId}`]);
});

it("does not look again at what is done for being listed, nor for a Job that has ended", () => {
  const { follower, started } = aWorld();
  const done = anInvestigationRun({ status: { phase: "Succeeded" } });
  follower.runs("kubeclaw-agents", [done, another]);
  follower.job("kubeclaw-agents", aRunId, true);
  expect(started.map(({ metadata }) => metadata.name)).toEqual([another.metadata.name]);
  follower.job("kubeclaw-agents", aRunId, false); // its Job still runs: it is to be stopped
  expect(started).toHaveLength(2);
});

it("says which runs were lost before they were done, by an event or by a list, and no others", () => {
  const { follower, lost } = aWorld();
  const done = anInvestigationRun({ status: { phase: "Succeeded" } });
  follower.runs("kubeclaw-agents", [run, another]);
  follower.run(another, true);
  follower.runs("kubeclaw-executors", []);
  expect(lost).toEqual([another.metadata.name]);
  follower.runs("kubeclaw-agents", []);
  expect(lost).toEqual([another.metadata.name, aRunId]);
  follower.run(done, false);
  follower.run(done, true);
  expect(lost).toHaveLength(2);
});
