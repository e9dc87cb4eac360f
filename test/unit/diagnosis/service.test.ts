import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { aCondition, anObject, noon } from "../../builders/kubernetes.js";
import { aSnapshot } from "../../builders/snapshot.js";

const look = (...objects: KubernetesObject[]) =>
  diagnose(aSnapshot(objects), { namespace: "shop" }, noon).verdicts.map(({ causeId, confidence }) => [
    causeId,
    confidence,
  ]);
const workload = (name: string, labels: Record<string, string>) =>
  anObject(
    "apps/v1",
    "Deployment",
    { name },
    {
      spec: { replicas: 1, template: { metadata: { labels } } },
      status: { replicas: 1, availableReplicas: 1 },
    },
  );
const pod = (name: string, labels: Record<string, string>, container: Record<string, unknown> = {}) =>
  anObject(
    "v1",
    "Pod",
    { name, labels },
    {
      spec: { containers: [{ name: "web", ...container }] },
      status: {
        phase: "Running",
        conditions: [aCondition("Ready", "True")],
        containerStatuses: [{ name: "web", ready: true, restartCount: 0, state: { running: {} } }],
      },
    },
  );
const service = (name: string, selector: Record<string, string>, targetPort: number | string = 8080) =>
  anObject("v1", "Service", { name }, { spec: { selector, ports: [{ port: 80, targetPort }] } });

describe("a Service that selects nothing", () => {
  it("is wrong where one workload is surely meant", () => {
    const labels = { app: "cart" };
    expect(look(workload("cart", labels), pod("cart-1", labels), service("cart", { app: "crat" }))).toEqual([
      ["service-selector-mismatch", "confirmed"],
    ]);
  });

  it.each<[string, KubernetesObject[]]>([
    ["may be left over", [service("old", { app: "old" })]],
    [
      "does not mean a workload that only shares a common label",
      [
        workload("web", { app: "web", team: "a" }),
        pod("web-1", { app: "web", team: "a" }),
        service("redis", { app: "redis", team: "a" }),
      ],
    ],
    ["waits for a workload without pods", [workload("cart", { app: "cart" }), service("cart", { app: "cart" })]],
    [
      "does not mean a workload that another Service has",
      [
        workload("cart", { app: "cart" }),
        pod("cart-1", { app: "cart" }),
        service("cart", { app: "cart" }),
        service("cart-v2", { app: "cart-v2" }),
      ],
    ],
    ["is sent to by hand where it has no selector", [anObject("v1", "Service", { name: "ext" }, { spec: {} })]],
  ])("%s: nothing is said", (_what, objects) => {
    expect(look(...objects)).toEqual([]);
  });
});

describe("a target port", () => {
  const labels = { app: "cart" };
  const ports = [{ name: "http", containerPort: 8080 }];

  it("with a name that no container has is wrong", () => {
    expect(look(pod("cart-1", labels, { ports }), service("cart", labels, "web"))).toEqual([
      ["service-target-port-mismatch", "confirmed"],
    ]);
  });

  it("with a number is wrong where the pods' probe is answered elsewhere", () => {
    const container = { ports, readinessProbe: { httpGet: { port: 8080 } } };
    expect(look(pod("cart-1", labels, container), service("cart", labels, 9090))).toEqual([
      ["service-target-port-mismatch", "confirmed"],
    ]);
  });

  it.each<[string, KubernetesObject]>([
    ["that nobody declares may be there all the same", service("cart", labels, 9090)],
    ["by its number is right", service("cart", labels, 8080)],
    ["by its name is right", service("cart", labels, "http")],
  ])("%s", (_what, object) => {
    expect(look(pod("cart-1", labels, { ports }), object)).toEqual([]);
  });
});
