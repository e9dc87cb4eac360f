import { describe, expect, it } from "@jest/globals";
import { buildJobStatus, decideEnding } from "../../../../src/playground/replay/controllers/build-job-status.js";
import type { Job, Pod, PodStatus } from "../../../../src/playground/replay/objects/kinds.js";
import { schemas } from "../../../../src/playground/replay/objects/schemas.js";

const metadata = {
  name: "run",
  namespace: "jobs",
  uid: "1",
  resourceVersion: "1",
  creationTimestamp: "2026-04-02T10:00:00Z",
};
const template = { spec: { restartPolicy: "Never", containers: [{ name: "run", image: "x" }] } };
const now = new Date("2026-04-02T10:01:00Z");

function aJob(spec: object = {}): Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata,
    ...schemas.Job.parse({ spec: { backoffLimit: 0, template, ...spec } }),
    status: { startTime: "2026-04-02T10:00:00Z" },
  };
}

function aPod(phase: PodStatus["phase"], exitCode?: number): Pod {
  const state =
    exitCode === undefined
      ? { running: { startedAt: "" } }
      : { terminated: { exitCode, reason: "", startedAt: "", finishedAt: "" } };
  const containerStatuses = [
    { name: "run", image: "x", imageID: "", ready: true, started: true, restartCount: 0, state, lastState: {} },
  ];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { ...metadata, name: "run-x" },
    ...schemas.Pod.parse({ spec: template.spec }),
    status: { phase, containerStatuses },
  };
}

const policy = {
  podFailurePolicy: {
    rules: [{ action: "FailJob", onExitCodes: { containerName: "run", operator: "In", values: [42] } }],
  },
};

describe("how a Job ends", () => {
  it.each<[string, Job, Pod[], string | undefined]>([
    ["not at all while its pod runs", aJob(), [aPod("Running")], undefined],
    ["not at all before it has a pod", aJob(), [], undefined],
    ["complete with its pod", aJob(), [aPod("Succeeded", 0)], "CompletionsReached"],
    ["at its first failure without a second try", aJob(), [aPod("Failed", 1)], "BackoffLimitExceeded"],
    ["not at a failure that may be tried again", aJob({ backoffLimit: 1 }), [aPod("Failed", 1)], undefined],
    ["by its policy at an exit code", aJob({ backoffLimit: 3, ...policy }), [aPod("Failed", 42)], "PodFailurePolicy"],
    ["not by its policy at another", aJob({ backoffLimit: 3, ...policy }), [aPod("Failed", 1)], undefined],
    ["at its deadline", aJob({ activeDeadlineSeconds: 60 }), [aPod("Running")], "DeadlineExceeded"],
    [
      "complete even at its deadline",
      aJob({ activeDeadlineSeconds: 60 }),
      [aPod("Succeeded", 0)],
      "CompletionsReached",
    ],
  ])("%s", (_, job, pods, reason) => {
    expect(decideEnding(job, pods, now)?.reason).toBe(reason);
  });

  it("is said early, and for good only when no pod is left", () => {
    const job = aJob({ activeDeadlineSeconds: 60 });
    const types = (pods: Pod[]) =>
      buildJobStatus(job, pods, decideEnding(job, pods, now), "2026-04-02T10:01:00Z").conditions?.map(
        ({ type }) => type,
      );
    const going = { ...aPod("Running"), metadata: { ...metadata, deletionTimestamp: "2026-04-02T10:01:00Z" } };
    expect(types([going])).toEqual(["FailureTarget"]);
    expect(types([])).toEqual(["FailureTarget", "Failed"]);
  });

  it("counts what runs", () => {
    const ready = aPod("Running");
    ready.status = { ...ready.status!, conditions: [{ type: "Ready", status: "True", lastTransitionTime: "" }] };
    expect(buildJobStatus(aJob(), [ready], undefined, "x")).toMatchObject({ active: 1, ready: 1, terminating: 0 });
    expect(buildJobStatus(aJob(), [], undefined, "x")).toMatchObject({ ready: 0 });
  });
});
