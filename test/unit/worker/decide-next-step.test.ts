import { describe, expect, it } from "@jest/globals";
import type { AgentRun, Condition } from "../../../src/domain/agent-run.js";
import { decideNextStep } from "../../../src/worker/decide-next-step.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aRunId, anExecutionRun, anInvestigationRun } from "../../builders/request.js";
import { aJobState } from "../../fakes/run-cluster.js";

type Input = Parameters<typeof decideNextStep>[0];

const decide = (over: Partial<Input> = {}) =>
  decideNextStep({ run: anInvestigationRun(), job: null, cancelled: false, now: noon, ...over });

const authorized = (status: Condition["status"], reason = "Approved"): AgentRun =>
  anExecutionRun({
    status: { conditions: [{ type: "Authorized", status, reason, message: "why", lastTransitionTime: after(0) }] },
  });
const launched = { phase: "Pending" as const, jobName: aRunId };
const finished = (phase: "Succeeded" | "Failed" | "Cancelled") => anInvestigationRun({ status: { phase } });

describe("a run without a Job", () => {
  it.each<[string, Partial<Input>, ReturnType<typeof decide>["kind"]]>([
    ["an investigation is launched", {}, "create-job"],
    ["an execution waits for the controller's word", { run: anExecutionRun() }, "nothing"],
    ["an authorized execution is launched", { run: authorized("True") }, "create-job"],
    ["a word that is not sure is no word", { run: authorized("Unknown") }, "nothing"],
    ["it may wait two minutes", { run: anExecutionRun(), now: new Date(after(120)) }, "nothing"],
  ])("%s", (_what, over, kind) => {
    expect(decide(over)).toEqual({ kind });
  });

  it.each<[string, Partial<Input>, string]>([
    ["not authorized", { run: authorized("False", "bad-signature") }, "bad-signature: why"],
    [
      "never authorized",
      { run: anExecutionRun(), now: new Date(after(121)) },
      "it could not be launched within two minutes",
    ],
    ["never launched", { now: new Date(after(121)) }, "it could not be launched within two minutes"],
    [
      "never launched, with the reason",
      { run: anInvestigationRun({ status: { phase: "Pending", error: "quota exceeded" } }), now: new Date(after(121)) },
      "quota exceeded",
    ],
    [
      "its Job was deleted by somebody",
      { run: anInvestigationRun({ status: { phase: "Running", jobName: aRunId } }) },
      "its Job was deleted before it ended",
    ],
  ])("fails: %s", (_what, over, error) => {
    expect(decide(over)).toMatchObject({ kind: "update", ended: "failed", status: { phase: "Failed", error } });
  });

  it("never makes a second Job after the first one was there", () => {
    expect(decide({ run: anInvestigationRun({ status: launched }) }).kind).not.toBe("create-job");
  });
});

describe("a run that somebody stopped", () => {
  it.each<[string, Partial<Input>]>([
    ["before its Job", {}],
    ["with its Job running", { job: aJobState({ phase: "Running" }) }],
    ["before it was authorized", { run: anExecutionRun() }],
  ])("is cancelled %s", (_what, over) => {
    expect(decide({ ...over, cancelled: true })).toEqual({
      kind: "update",
      status: { phase: "Cancelled", error: "stopped by a person", finishedAt: noon.toISOString() },
      ended: "cancelled",
    });
  });
});

it("an executor that runs is never taken away: it stops by itself, where it is safe", () => {
  const run = anExecutionRun({ status: launched });
  expect(decide({ run, job: aJobState({ phase: "Running" }), cancelled: true })).not.toMatchObject({
    ended: "cancelled",
  });
});

describe("a run with its Job", () => {
  const run = anInvestigationRun({ status: launched });

  it.each([
    ["Running", { phase: "Running", jobName: aRunId, startedAt: after(1) }, null],
    ["Succeeded", { phase: "Succeeded", jobName: aRunId, startedAt: after(1), finishedAt: after(9) }, "succeeded"],
    [
      "Failed",
      {
        phase: "Failed",
        jobName: aRunId,
        startedAt: after(1),
        finishedAt: after(9),
        error: "it did not end in time (DeadlineExceeded)",
      },
      "failed",
    ],
  ] as const)("follows it to %s", (phase, status, ended) => {
    const times = { startedAt: after(1), finishedAt: after(9) };
    const job = aJobState({ phase, ...times, reason: "DeadlineExceeded", message: "too slow" });
    expect(decide({ run, job })).toEqual({ kind: "update", status, ended });
  });

  it("says in its status why its pod does not run, once", () => {
    const trouble = "its pod has no node yet (0/1 nodes are available)";
    const waiting = aJobState({ trouble });
    expect(decide({ run, job: waiting })).toMatchObject({ status: { phase: "Pending", error: trouble }, ended: null });
    const said = anInvestigationRun({ status: { ...launched, error: trouble } });
    expect(decide({ run: said, job: waiting })).toEqual({ kind: "nothing" });
    expect(decide({ run: said, job: aJobState() })).toMatchObject({ kind: "update", status: { phase: "Pending" } });
  });

  it("ends with what its pod said, where it said anything", () => {
    const job = aJobState({ phase: "Failed", reason: "BackoffLimitExceeded", trouble: "it ran out of memory" });
    expect(decide({ run, job })).toMatchObject({ status: { error: "it ran out of memory" }, ended: "failed" });
  });

  it("does nothing while nothing is new", () => {
    expect(decide({ run, job: aJobState() })).toEqual({ kind: "nothing" });
  });

  it("takes up a Job whose creation it forgot in a crash", () => {
    expect(decide({ job: aJobState() })).toMatchObject({
      kind: "update",
      status: { phase: "Pending", jobName: aRunId },
    });
  });
});

describe("a run that has ended", () => {
  it.each(["Succeeded", "Failed", "Cancelled"] as const)("is never launched again: %s", (phase) => {
    expect(decide({ run: finished(phase) })).toEqual({ kind: "nothing" });
    expect(decide({ run: finished(phase), cancelled: true })).toEqual({ kind: "nothing" });
  });

  it("leaves no Job that still works", () => {
    const run = finished("Failed");
    expect(decide({ run, job: aJobState({ phase: "Running" }) })).toEqual({ kind: "stop-job" });
    expect(decide({ run, job: aJobState({ phase: "Running", deleting: true }) })).toEqual({ kind: "nothing" });
    expect(decide({ run, job: aJobState({ phase: "Succeeded" }) })).toEqual({ kind: "nothing" });
  });
});

it.each([
  ["DeadlineExceeded", undefined, "it did not end in time (DeadlineExceeded)"],
  [
    "DeadlineExceeded",
    "its pod has no node yet",
    "it did not end in time (DeadlineExceeded); before that: its pod has no node yet",
  ],
  ["PodFailurePolicy", undefined, "its pod was taken away (too slow)"],
  ["BackoffLimitExceeded", undefined, "BackoffLimitExceeded: too slow"],
])("says of a Job that failed with %s, after %s, why", (reason, error, words) => {
  const status = { phase: "Pending" as const, jobName: aRunId, ...(error === undefined ? {} : { error }) };
  const job = aJobState({ phase: "Failed", reason, message: "too slow" });
  expect(decide({ run: anInvestigationRun({ status }), job })).toMatchObject({ status: { error: words } });
});
