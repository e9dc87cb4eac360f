import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { parsePodTrouble } from "../../../src/worker/parse-pod-trouble.js";
import { anObject } from "../../builders/kubernetes.js";

const trouble = (status: Record<string, unknown>) => parsePodTrouble(anObject("v1", "Pod", {}, { status }));
const container = (state: object, lastState?: object) => ({ containerStatuses: [{ name: "run", state, lastState }] });
const unscheduled = { type: "PodScheduled", status: "False", reason: "Unschedulable" };

it.each<[string, Record<string, unknown>, string]>([
  [
    "no node has room",
    { phase: "Pending", conditions: [{ ...unscheduled, message: "0/3 nodes are available: 3 Insufficient cpu." }] },
    "its pod has no node yet (0/3 nodes are available: 3 Insufficient cpu.)",
  ],
  [
    "the image cannot be pulled",
    { phase: "Pending", ...container({ waiting: { reason: "ImagePullBackOff", message: "not found" } }) },
    "its pod cannot start (ImagePullBackOff: not found)",
  ],
  [
    "it ran out of memory",
    { phase: "Failed", ...container({ terminated: { exitCode: 137, reason: "OOMKilled" } }) },
    "it ran out of memory (OOMKilled)",
  ],
  [
    "it was killed, and nobody wrote down why",
    { phase: "Failed", ...container({ terminated: { exitCode: 137, reason: "Error" } }) },
    "its process was killed (exit code 137), most often for want of memory",
  ],
  [
    "it said why it failed",
    { phase: "Failed", ...container({ terminated: { exitCode: 1, message: "the gateway does not answer\n" } }) },
    "the gateway does not answer",
  ],
  [
    "it failed without a word",
    { phase: "Failed", ...container({ terminated: { exitCode: 3 } }) },
    "its process ended with exit code 3",
  ],
  [
    "its node was low on memory",
    { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    "its pod was ended (Evicted: The node was low on resource: memory.)",
  ],
  [
    "it was preempted",
    {
      phase: "Failed",
      conditions: [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message: "preempted" }],
      ...container({ terminated: { exitCode: 143 } }),
    },
    "its pod was taken away (PreemptionByScheduler: preempted)",
  ],
])("says in the thread's words that %s", (_what, status, words) => {
  expect(trouble(status)).toBe(words);
});

it.each<[string, Record<string, unknown>]>([
  ["has no status yet", {}],
  ["is being created", { phase: "Pending", ...container({ waiting: { reason: "ContainerCreating" } }) }],
  ["runs", { phase: "Running", ...container({ running: { startedAt: "2026-01-01T00:00:00Z" } }) }],
  ["ended well", { phase: "Succeeded", ...container({ terminated: { exitCode: 0, reason: "Completed" } }) }],
])("says nothing of a pod that %s", (_what, status) => {
  expect(trouble(status)).toBeUndefined();
});

it("never throws, whatever a status looks like", () => {
  fc.assert(
    fc.property(fc.anything(), (status) => {
      parsePodTrouble(anObject("v1", "Pod", {}, { status }));
    }),
  );
});
