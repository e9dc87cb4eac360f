import { expect, it } from "@jest/globals";
import { decideRollout, type Rollout } from "../../../src/executor/decide-rollout.js";
import { aDeployment } from "../../builders/kubernetes.js";

const rolledOut = { observedGeneration: 8, replicas: 4, updatedReplicas: 4, availableReplicas: 4 };
const stuck = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];

it.each<[string, Record<string, unknown>, Rollout["kind"]]>([
  ["all replicas are new and available", {}, "done"],
  ["the controller has not seen the change", { observedGeneration: 7 }, "going-on"],
  ["the controller has said nothing", { observedGeneration: undefined }, "going-on"],
  ["some replicas are old", { updatedReplicas: 3 }, "going-on"],
  ["an old pod is still there", { replicas: 5 }, "going-on"],
  ["a new pod is not available", { availableReplicas: 3 }, "going-on"],
  [
    "nothing is there yet",
    { replicas: undefined, updatedReplicas: undefined, availableReplicas: undefined },
    "going-on",
  ],
  ["the deadline has passed", { availableReplicas: 3, conditions: stuck }, "stuck"],
  ["the deadline had passed before the change was seen", { observedGeneration: 7, conditions: stuck }, "going-on"],
])("%s: %s → %s", (_what, status, kind) => {
  expect(decideRollout(aDeployment({ status: { ...rolledOut, ...status } })).kind).toBe(kind);
});

it("counts what is available of what is wanted; one is wanted where nothing is said", () => {
  expect(decideRollout(aDeployment({ status: { ...rolledOut, availableReplicas: 3 } }))).toEqual({
    kind: "going-on",
    ready: 3,
    wanted: 4,
  });
  const status = { observedGeneration: 8, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  expect(decideRollout(aDeployment({ spec: { replicas: undefined }, status }))).toEqual({
    kind: "done",
    ready: 1,
    wanted: 1,
  });
});

it("is done where no replica is wanted", () => {
  const status = { observedGeneration: 8, replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
  expect(decideRollout(aDeployment({ spec: { replicas: 0 }, status })).kind).toBe("done");
});

it("is not done while pods that are too many are still there", () => {
  const status = { ...rolledOut, replicas: 6, updatedReplicas: 6, availableReplicas: 6 };
  expect(decideRollout(aDeployment({ status })).kind).toBe("going-on");
});

it.each<[string, Record<string, unknown>, Rollout["kind"]]>([
  ["all nodes have the new pod", {}, "done"],
  ["a node has an old pod", { updatedNumberScheduled: 2 }, "going-on"],
  ["a new pod is not available", { numberAvailable: 2 }, "going-on"],
])("a DaemonSet where %s: %s → %s", (_what, over, kind) => {
  const status = { observedGeneration: 8, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 };
  const daemonSet = { ...aDeployment(), kind: "DaemonSet", status: { ...status, ...over } };
  expect(decideRollout(daemonSet).kind).toBe(kind);
});
