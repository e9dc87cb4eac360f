import { describe, expect, it } from "@jest/globals";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { buildDiff } from "../../../src/planning/index.js";
import { aDeployment, badImage, goodImage } from "../../builders/kubernetes.js";

const withContainers = (...containers: Record<string, unknown>[]): KubernetesObject =>
  aDeployment({ spec: { template: { spec: { containers } } } });

it("says which field changed, old to new, as JSON", () => {
  const before = withContainers({ name: "web", image: badImage, ports: [{ containerPort: 80 }] });
  const after = withContainers({ name: "web", image: goodImage, ports: [{ containerPort: 8080 }] });
  expect(buildDiff(before, after)).toEqual([
    { path: "spec.template.spec.containers[web].image", from: `"${badImage}"`, to: `"${goodImage}"` },
    { path: "spec.template.spec.containers[web].ports[0].containerPort", from: "80", to: "8080" },
  ]);
});

it("says nothing of two equal objects", () => {
  expect(buildDiff(aDeployment(), structuredClone(aDeployment()))).toEqual([]);
});

it("keys lists by name, so that their order is no difference", () => {
  const web = { name: "web", image: goodImage };
  const proxy = { name: "proxy", image: "envoy:1" };
  expect(buildDiff(withContainers(web, proxy), withContainers(proxy, web))).toEqual([]);
  expect(buildDiff(withContainers(web), withContainers(proxy, web))).toEqual([
    { path: "spec.template.spec.containers[proxy].image", from: null, to: '"envoy:1"' },
    { path: "spec.template.spec.containers[proxy].name", from: null, to: '"proxy"' },
  ]);
});

it("does not mind the order of members", () => {
  const reversed = Object.fromEntries(Object.entries(aDeployment()).reverse()) as KubernetesObject;
  expect(buildDiff(aDeployment(), reversed)).toEqual([]);
});

describe("what a server sets by itself", () => {
  it.each<[string, KubernetesObject]>([
    ["status", aDeployment({ status: { availableReplicas: 0, conditions: [{ type: "x" }] } })],
    ["resourceVersion", aDeployment({ metadata: { resourceVersion: "999" } })],
    ["generation", aDeployment({ metadata: { generation: 99 } })],
    ["managedFields", aDeployment({ metadata: { managedFields: [{ manager: "kubectl" }] } })],
  ])("is no difference: %s", (_field, after) => {
    expect(buildDiff(aDeployment(), after)).toEqual([]);
  });

  it("is told apart from fields that only begin like it", () => {
    const after = aDeployment({ metadata: { generationNote: "x" } });
    expect(buildDiff(aDeployment(), after).map(({ path }) => path)).toEqual(["metadata.generationNote"]);
  });
});

it("tells an empty list, an empty object and nothing apart", () => {
  const of = (value: unknown) => aDeployment({ spec: { template: null, value } });
  expect(buildDiff(of([]), of({}))).toEqual([{ path: "spec.value", from: "[]", to: "{}" }]);
  expect(buildDiff(of(undefined), of([]))).toMatchObject([{ path: "spec.value", to: "[]" }]);
  expect(buildDiff(of(null), of("null"))).toEqual([{ path: "spec.value", from: "null", to: '"null"' }]);
});
