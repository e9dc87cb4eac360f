import { expect, it } from "@jest/globals";
import { Fact } from "../../../src/domain/fact.js";
import { buildLaunchFailure } from "../../../src/worker/index.js";
import { noon } from "../../builders/kubernetes.js";
import { aDecisionId } from "../../builders/plan.js";
import { anExecutionId, anExecutionRequest, aRunId } from "../../builders/request.js";

const error = new Error("metadata.labels: invalid value");
const build = (queue: string, id: string, payload: unknown) => buildLaunchFailure({ queue, id, error, payload }, noon);

it("tells the thread of an investigation, whatever its payload is", () => {
  const built = build("investigations", aRunId, { nonsense: true });
  expect(Fact.parse(built?.fact)).toMatchObject({
    kind: "ended",
    run: aRunId,
    result: "failed",
    error: "could not be launched: metadata.labels: invalid value",
  });
});

it("tells the thread of an approved plan that it was not executed", () => {
  const built = build("executions", anExecutionId, anExecutionRequest());
  expect(Fact.parse(built?.fact)).toMatchObject({
    kind: "outcome",
    run: aRunId,
    outcome: { run: anExecutionId, decision: aDecisionId, state: "failed", applied: false, reason: "not-launched" },
  });
});

it.each([
  ["an id that is no run", "investigations", "7", {}],
  ["an execution of which nothing is known", "executions", anExecutionId, { nonsense: true }],
  ["another queue", "outbox", aRunId, {}],
])("says nothing of %s", (_what, queue, id, payload) => {
  expect(build(queue, id, payload)).toBeNull();
});

it("fits the longest error into its fact", () => {
  const long = buildLaunchFailure(
    { queue: "executions", id: anExecutionId, error: new Error("x".repeat(5_000)), payload: anExecutionRequest() },
    noon,
  );
  expect(Fact.safeParse(long?.fact).success).toBe(true);
});
