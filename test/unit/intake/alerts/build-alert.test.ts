import { describe, expect, it } from "@jest/globals";
import type { Reported } from "../../../../src/intake/alerts/alert.js";
import { buildAlert } from "../../../../src/intake/alerts/build-alert.js";

function aReport(labels: Record<string, string>, over: Partial<Reported> = {}): Reported {
  return {
    source: "alertmanager",
    name: "X",
    state: "firing",
    labels: new Map(Object.entries(labels)),
    values: [],
    ...over,
  };
}
const placed = (report: Reported, known: readonly string[] = []) => {
  const found = buildAlert(report, "prod-eu", known);
  if (found.kind === "unplaced") throw new Error(found.reason);
  return found.alert;
};

describe("the target", () => {
  const pod = (name: string, over: Partial<Reported> = {}) => placed(aReport({ namespace: "shop", pod: name }, over));

  it("is one for every pod of a workload, whatever the alert is called", () => {
    const targets = [
      pod("checkout-7d9f8c6b5-x4k2p").target,
      pod("checkout-7d9f8c6b5-9v9vk", { name: "Y" }).target,
      pod("checkout-5c5c5c5c5c-bbbbb", { source: "grafana" }).target,
      placed(aReport({ namespace: "shop", deployment: "checkout" })).target,
    ];
    expect(new Set(targets).size).toBe(1);
  });

  it("is another one for another workload, namespace or cluster, and for none", () => {
    const report = aReport({ namespace: "shop", deployment: "checkout" });
    const elsewhere = buildAlert(report, "prod-us", []);
    const targets = [
      placed(report).target,
      placed(aReport({ namespace: "shop", deployment: "cart" })).target,
      placed(aReport({ namespace: "pay", deployment: "checkout" })).target,
      placed(aReport({ namespace: "shop" })).target,
      elsewhere.kind === "placed" ? elsewhere.alert.target : "",
    ];
    expect(new Set(targets).size).toBe(targets.length);
  });
});

describe("the fingerprint", () => {
  it("tells pods and names apart, and not firing from resolved", () => {
    const of = (labels: Record<string, string>, over: Partial<Reported> = {}) =>
      placed(aReport(labels, over)).fingerprint;
    const one = { namespace: "shop", pod: "checkout-7d9f8c6b5-x4k2p" };
    expect(of(one, { state: "resolved" })).toBe(of(one));
    expect(of({ ...one, pod: "checkout-7d9f8c6b5-9v9vk" })).not.toBe(of(one));
    expect(of(one, { name: "Y" })).not.toBe(of(one));
  });

  it("is the source's own where it has one", () => {
    const of = (pod: string) => placed(aReport({ namespace: "shop", pod }, { fingerprint: "abc" })).fingerprint;
    expect(of("web-0")).toBe(of("web-1"));
  });
});

describe("the place", () => {
  it("is what the target says of itself, where the scraper put its own word over it", () => {
    const labels = {
      namespace: "monitoring",
      pod: "kube-state-metrics-0",
      exported_namespace: "shop",
      exported_pod: "web-0",
    };
    expect(placed(aReport(labels)).scope).toEqual({ namespace: "shop", object: { kind: "Pod", name: "web-0" } });
  });

  it("is taken from bare values only where one is a known namespace", () => {
    const report = aReport({}, { values: ["shop", "checkout-7d9f8c6b5-x4k2p"] });
    expect(placed(report, ["shop"]).scope).toEqual({
      namespace: "shop",
      object: { kind: "Deployment", name: "checkout" },
    });
    expect(buildAlert(report, "prod-eu", ["pay"])).toEqual({ kind: "unplaced", reason: "no-namespace" });
  });

  it.each([
    ["a namespace that is none", { namespace: "Shop!" }],
    ["an object that is none", { namespace: "shop", pod: "Web_1" }],
    ["an object of 300 letters", { namespace: "shop", pod: "a".repeat(300) }],
  ])("is not guessed from %s", (_what, labels) => {
    expect(buildAlert(aReport(labels), "prod-eu", [])).toEqual({ kind: "unplaced", reason: "bad-name" });
  });
});
