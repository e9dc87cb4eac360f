import { describe, expect, it } from "@jest/globals";
import { decideRollout, type Rollout } from "../../../src/executor/decide-rollout.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { aDeployment } from "../../builders/kubernetes.js";

const rolledOut = { observedGeneration: 8, replicas: 4, updatedReplicas: 4, availableReplicas: 4 };
const stuck = [{ type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded" }];

/** Judges a workload whose status said nothing before the change. */
const judge = (workload: KubernetesObject) => decideRollout(workload, aDeployment());

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
  expect(judge(aDeployment({ status: { ...rolledOut, ...status } })).kind).toBe(kind);
});

it("counts what is available of what is wanted; one is wanted where nothing is said", () => {
  expect(judge(aDeployment({ status: { ...rolledOut, availableReplicas: 3 } }))).toEqual({
    kind: "going-on",
    ready: 3,
    wanted: 4,
  });
  const status = { observedGeneration: 8, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  expect(judge(aDeployment({ spec: { replicas: undefined }, status }))).toEqual({
    kind: "done",
    ready: 1,
    wanted: 1,
  });
});

it("is done where no replica is wanted", () => {
  const status = { observedGeneration: 8, replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
  expect(judge(aDeployment({ spec: { replicas: 0 }, status })).kind).toBe("done");
});

it("is not done while pods that are too many are still there", () => {
  const status = { ...rolledOut, replicas: 6, updatedReplicas: 6, availableReplicas: 6 };
  expect(judge(aDeployment({ status })).kind).toBe("going-on");
});

it.each<[string, Record<string, unknown>, Rollout["kind"]]>([
  ["all nodes have the new pod", {}, "done"],
  ["a node has an old pod", { updatedNumberScheduled: 2 }, "going-on"],
  ["a new pod is not available", { numberAvailable: 2 }, "going-on"],
])("a DaemonSet where %s: %s → %s", (_what, over, kind) => {
  const status = { observedGeneration: 8, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 };
  const daemonSet = { ...aDeployment(), kind: "DaemonSet", status: { ...status, ...over } };
  expect(judge(daemonSet).kind).toBe(kind);
});

it.each<[string, object, Record<string, unknown>, Rollout["kind"]]>([
  ["the first two may stay as they are", { rollingUpdate: { partition: 2 } }, { updatedReplicas: 2 }, "done"],
  ["one that must be new is old", { rollingUpdate: { partition: 2 } }, { updatedReplicas: 1 }, "going-on"],
  ["one too many is there", { rollingUpdate: { partition: 2 } }, { updatedReplicas: 2, replicas: 5 }, "going-on"],
  ["all stay until they are deleted by hand", { type: "OnDelete" }, { updatedReplicas: 0 }, "done"],
  ["one of them does not serve", { type: "OnDelete" }, { updatedReplicas: 0, availableReplicas: 3 }, "going-on"],
])("a StatefulSet where %s: %s, %s → %s", (_what, updateStrategy, status, kind) => {
  const workload = aDeployment({ spec: { replicas: 4, updateStrategy }, status: { ...rolledOut, ...status } });
  expect(judge({ ...workload, kind: "StatefulSet" }).kind).toBe(kind);
});

describe("a deadline that had passed before the change", () => {
  const before = aDeployment({ status: { observedGeneration: 8, conditions: stuck } });
  const after = (condition: object) =>
    aDeployment({ status: { ...rolledOut, availableReplicas: 0, conditions: [{ ...stuck[0], ...condition }] } });

  it("says nothing of what comes after it, although its controller repeats it", () => {
    expect(decideRollout(after({}), before).kind).toBe("going-on");
  });

  it("and passes anew, counts", () => {
    expect(decideRollout(after({ lastUpdateTime: "2026-04-02T10:20:00Z" }), before).kind).toBe("stuck");
  });
});
