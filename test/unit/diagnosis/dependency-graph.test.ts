import { describe, expect, it } from "@jest/globals";
import { dependenciesOf } from "../../../src/diagnosis/dependency-graph.js";
import { buildScopeModel } from "../../../src/diagnosis/scope-model.js";
import type { Snapshot } from "../../../src/domain/snapshot.js";
import { aConfigMap, noon } from "../../builders/kubernetes.js";
import { aServiceOf, podNameOf } from "../../builders/metrics.js";
import { aSnapshot } from "../../builders/snapshot.js";

const cart = "Deployment/shop/cart";
const store = "Deployment/shop/store";

/** The same with another container of `cart`. */
function withContainer(over: Record<string, unknown>, parts: Partial<Snapshot> = {}) {
  const objects = [...aServiceOf("cart"), ...aServiceOf("store")];
  const deployment = objects[0] as unknown as { spec: { template: { spec: { containers: object[] } } } };
  deployment.spec.template.spec.containers[0] = { name: "main", ...over };
  const settings = aConfigMap("settings", { "app.yaml": "database:\n  url: postgres://app@store:5432/cart\n" });
  return dependenciesOf(buildScopeModel({ ...aSnapshot([...objects, settings]), ...parts }, noon));
}
const env = (value: string) => ({ env: [{ name: "STORE", value }] });

describe("a call is known", () => {
  it.each<[string, Record<string, unknown>]>([
    ["from a host and port", env("store:5432")],
    ["from a name alone", env("store")],
    ["from a URL", env("http://store/items")],
    ["from a URL with a user", env("redis://:pw@store:6379")],
    ["from a full name", env("store.shop.svc.cluster.local")],
    ["from an argument", { args: ["--store=store:5432"] }],
    ["from a ConfigMap that it reads", { envFrom: [{ configMapRef: { name: "settings" } }] }],
  ])("%s", (_what, container) => {
    const graph = withContainer(container);
    expect([...graph.calleesOf(cart)]).toEqual([store]);
    expect([...graph.callersOf(store)]).toEqual([cart]);
    expect(graph.reaches(cart, store)).toBe(true);
    expect(graph.reaches(store, cart)).toBe(false);
  });

  it("from a log that names whom it could not reach", () => {
    const logs = [
      {
        namespace: "shop",
        pod: podNameOf("cart"),
        container: "main",
        previous: false,
        lines: ["dial tcp: lookup failed for store:5432: timeout"],
      },
    ];
    expect([...withContainer({}, { logs }).calleesOf(cart)]).toEqual([store]);
  });

  it("from a series that names both ends", () => {
    const metrics = [{ name: "calls", labels: { source_workload: "cart", destination_workload: "store" }, points: [] }];
    expect([...withContainer({}, { metrics }).calleesOf(cart)]).toEqual([store]);
  });
});

it.each([["the store is closed"], ["store-front:80"], ["restore"], ["cart:8080"]])(
  "no call is known from %s",
  (value) => {
    expect([...withContainer(env(value)).calleesOf(cart)]).toEqual([]);
  },
);
