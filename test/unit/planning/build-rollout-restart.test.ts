import { expect, it } from "@jest/globals";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { buildRolloutRestart } from "../../../src/planning/build-rollout-restart.js";
import { aDeployment, aTemplate, noon } from "../../builders/kubernetes.js";
import { patched } from "../../fakes/live-object.js";

const time = noon.toISOString();
const stamp = "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";
const annotated = (annotations: Record<string, string>) => {
  const template = structuredClone(aTemplate()) as { metadata: { annotations?: Record<string, string> } };
  template.metadata.annotations = annotations;
  return aDeployment({ spec: { template } });
};

function planned(object: KubernetesObject) {
  const change = buildRolloutRestart(object, time);
  if (change.kind === "refused") throw new Error(change.reason);
  return change;
}

it("writes a time into the pod template, and nothing else", () => {
  expect(planned(annotated({ team: "shop" })).patch).toEqual([
    { op: "test", path: "/metadata/uid", value: "uid-checkout" },
    { op: "test", path: "/metadata/generation", value: 8 },
    { op: "add", path: stamp, value: time },
  ]);
});

it.each<[string, KubernetesObject]>([
  ["no annotations", aDeployment()],
  ["other annotations", annotated({ team: "shop" })],
  ["an earlier restart", annotated({ "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z" })],
])("its inverse restores a template with %s", (_what, object) => {
  const { patch, inverse } = planned(object);
  const there = patched(object, patch);
  expect(there["spec"]).not.toEqual(object["spec"]);
  expect(patched(there, inverse)).toEqual(object);
});

it("takes a StatefulSet and a DaemonSet", () => {
  for (const kind of ["StatefulSet", "DaemonSet"])
    expect(buildRolloutRestart({ ...aDeployment(), kind }, time)).toMatchObject({ kind: "change" });
});

it.each<[string, Record<string, unknown>, string]>([
  ["a paused rollout", { paused: true }, "the rollout is paused; resume it first"],
  [
    "pods that are replaced by hand",
    { updateStrategy: { type: "OnDelete" } },
    "its update strategy is OnDelete: new pods come only when the old ones are deleted by hand",
  ],
  ["no pods", { replicas: 0 }, "it is scaled to zero; there is nothing to restart"],
])("refuses %s", (_what, spec, reason) => {
  expect(buildRolloutRestart(aDeployment({ spec }), time)).toEqual({ kind: "refused", reason });
});
