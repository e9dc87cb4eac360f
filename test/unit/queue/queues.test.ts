import { describe, expect, it } from "@jest/globals";
import { queuePrefix, queues, recovery } from "../../../src/queue/index.js";
import { aWholeStory } from "../../builders/card.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecisionId } from "../../builders/plan.js";
import { anExecutionRequest, anInstallation, aRequest, aRunId } from "../../builders/request.js";

const settled = {
  kind: "settled",
  run: aRunId,
  at: noon.toISOString(),
  requestedBy: null,
  decision: aDecisionId,
  state: "denied",
  by: "U0LI",
};

it("names the queues that scripts rely on", () => {
  expect(Object.keys(queues)).toEqual(["investigations", "executions", "decisions", "outbox"]);
  expect(queuePrefix).toBe("kubeclaw");
});

describe.each([
  ["investigations", aRequest()],
  ["executions", anExecutionRequest()],
  ["decisions", settled],
  ...aWholeStory().map((fact) => ["outbox", fact] as const),
] as const)("%s", (name, payload) => {
  const row = queues[name];

  it("takes its payload, and none with a key too many", () => {
    expect(row.payload.parse(JSON.parse(JSON.stringify(payload)))).toEqual(payload);
    expect(row.payload.safeParse({ ...payload, extra: 1 }).success).toBe(false);
    expect(row.payload.safeParse({ ...payload, run: "x" }).success).toBe(false);
  });

  it("is tried more than once, and survives dead processes", () => {
    expect(row.attempts).toBeGreaterThanOrEqual(8);
    expect(row.maxStalled).toBeGreaterThanOrEqual(3);
  });
});

it("what is finished is kept for as long as a late delivery of the same could come", () => {
  const window = anInstallation().dedupe.window / 1_000;
  for (const row of Object.values(queues))
    expect(row.keepFinishedSeconds).toBeGreaterThanOrEqual(Math.max(window, 3_600));
});

it("a dead process' job is taken over in six seconds at the worst", () => {
  expect(recovery.lockDurationMs + recovery.stalledIntervalMs).toBeLessThanOrEqual(6_000);
});
