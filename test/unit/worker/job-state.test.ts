import { expect, it } from "@jest/globals";
import { parseJobState } from "../../../src/worker/index.js";
import { after, anObject } from "../../builders/kubernetes.js";

const state = (status: Record<string, unknown>) => parseJobState(anObject("batch/v1", "Job", {}, { status }));
const condition = (type: string, over = {}) => ({ type, status: "True", lastTransitionTime: after(9), ...over });

it.each<[string, Record<string, unknown>, string]>([
  ["nothing yet", {}, "Pending"],
  ["a pod that is not ready", { active: 1, ready: 0 }, "Pending"],
  ["a ready pod", { active: 1, ready: 1 }, "Running"],
  ["complete", { conditions: [condition("Complete")] }, "Succeeded"],
  ["about to be complete", { conditions: [condition("SuccessCriteriaMet")] }, "Succeeded"],
  ["failed", { conditions: [condition("Failed")] }, "Failed"],
  ["about to fail", { active: 1, ready: 1, conditions: [condition("FailureTarget")] }, "Failed"],
  ["complete after a failed pod", { failed: 1, conditions: [condition("Complete")] }, "Succeeded"],
  ["a condition that is not true", { conditions: [condition("Failed", { status: "False" })] }, "Pending"],
])("%s: %s → %s", (_what, status, phase) => {
  expect(state(status).phase).toBe(phase);
});

it("says why and when it ended", () => {
  const failed = condition("Failed", { reason: "DeadlineExceeded", message: "too slow" });
  expect(state({ startTime: after(1), conditions: [failed] })).toMatchObject({
    reason: "DeadlineExceeded",
    message: "too slow",
    startedAt: after(1),
    finishedAt: after(9),
  });
});

it("says how a pod ended only with the end of its Job", () => {
  const state = { terminated: { exitCode: 1, message: "the gateway does not answer" } };
  const pod = anObject("v1", "Pod", {}, { status: { phase: "Pending", containerStatuses: [{ name: "run", state }] } });
  const job = (status: object) => anObject("batch/v1", "Job", {}, { status });
  expect(parseJobState(job({ active: 1 }), [pod]).trouble).toBeUndefined();
  const failed = job({ conditions: [{ type: "Failed", status: "True" }] });
  expect(parseJobState(failed, [pod]).trouble).toBe("the gateway does not answer");
});
