import { expect, it } from "@jest/globals";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { buildScale } from "../../../src/planning/build-scale.js";
import { aDeployment } from "../../builders/kubernetes.js";
import { patched } from "../../fakes/live-object.js";

const anAutoscaler = (kind: string, name: string): KubernetesObject => ({
  apiVersion: "autoscaling/v2",
  kind: "HorizontalPodAutoscaler",
  metadata: { name: `${name}-hpa`, namespace: "shop" },
  spec: { scaleTargetRef: { apiVersion: "apps/v1", kind, name }, minReplicas: 2, maxReplicas: 8 },
});

it("changes the replicas of that state of the object only, with the way back", () => {
  expect(buildScale(aDeployment(), [], 6)).toEqual({
    kind: "change",
    action: { type: "scale", replicas: 6 },
    summary: "Scale checkout from 4 to 6 replicas",
    patch: [
      { op: "test", path: "/metadata/uid", value: "uid-checkout" },
      { op: "test", path: "/metadata/generation", value: 8 },
      { op: "test", path: "/spec/replicas", value: 4 },
      { op: "replace", path: "/spec/replicas", value: 6 },
    ],
    inverse: [
      { op: "test", path: "/spec/replicas", value: 6 },
      { op: "replace", path: "/spec/replicas", value: 4 },
    ],
  });
});

it("its inverse restores the object", () => {
  const change = buildScale(aDeployment(), [], 0);
  if (change.kind === "refused") throw new Error(change.reason);
  expect(patched(patched(aDeployment(), change.patch), change.inverse)).toEqual(aDeployment());
});

it.each<[string, KubernetesObject, KubernetesObject[], number, string]>([
  [
    "what an autoscaler decides",
    aDeployment(),
    [anAutoscaler("Deployment", "checkout")],
    6,
    "the autoscaler checkout-hpa decides the replicas of checkout; change it there",
  ],
  ["what is there already", aDeployment(), [], 4, "checkout has 4 replicas already"],
  [
    "a DaemonSet",
    { ...aDeployment(), kind: "DaemonSet" },
    [],
    6,
    "a DaemonSet has one pod for each node; it has no replicas",
  ],
])("refuses %s", (_what, object, autoscalers, replicas, reason) => {
  expect(buildScale(object, autoscalers, replicas)).toEqual({ kind: "refused", reason });
});

it("is not kept back by the autoscaler of another workload", () => {
  const others = [anAutoscaler("StatefulSet", "checkout"), anAutoscaler("Deployment", "catalog")];
  expect(buildScale(aDeployment(), others, 6).kind).toBe("change");
});
