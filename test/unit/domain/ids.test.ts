import { expect, it } from "@jest/globals";
import { DecisionId, decisionId, executionId, investigationId, RunId } from "../../../src/domain/ids.js";
import { aDecisionId, aPlanDigest } from "../../builders/plan.js";
import { aRunId } from "../../builders/request.js";

it("the same delivery gives the same run; another delivery or tenant another one", () => {
  expect(investigationId("default", "Ev1")).toBe(investigationId("default", "Ev1"));
  expect(
    new Set([investigationId("default", "Ev1"), investigationId("default", "Ev2"), investigationId("other", "Ev1")])
      .size,
  ).toBe(3);
});

it("parts do not run into one another", () => {
  expect(investigationId("a", "bc")).not.toBe(investigationId("ab", "c"));
  expect(investigationId('a","b', "c")).not.toBe(investigationId("a", 'b","c'));
});

it("a decision has one execution", () => {
  expect(executionId(aDecisionId)).toBe(executionId(aDecisionId));
  expect(executionId(decisionId(aRunId, "0".repeat(64)))).not.toBe(executionId(aDecisionId));
});

it("ids have their schemas' form, and are names that Kubernetes and its labels allow", () => {
  for (const id of [
    RunId.parse(investigationId("x", "y")),
    RunId.parse(executionId(aDecisionId)),
    DecisionId.parse(decisionId(aRunId, aPlanDigest)),
  ])
    expect(id).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$/);
});

it.each([
  "",
  "kc-inv-",
  "kc-inv-0123456789abcdef012",
  "kc-inv-0123456789abcdef01234",
  "kc-inv-0123456789ABCDEF0123",
  "kc-dec-0123456789abcdef0123",
  " kc-inv-0123456789abcdef0123",
  "kc-inv-0123456789abcdef0123\n",
])("%j is no run's id", (text) => {
  expect(RunId.safeParse(text).success).toBe(false);
});
