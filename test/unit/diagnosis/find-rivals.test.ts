import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { noon } from "../../builders/kubernetes.js";
import { aServiceOf, seriesOf, type ServiceLevels, stepAt } from "../../builders/metrics.js";
import { aSnapshot } from "../../builders/snapshot.js";

/** A shop whose services measure their own answers: what arrives late is seen by callers alone. */
const calm: Record<string, ServiceLevels> = {
  front: { calls: ["cart", "catalog", "checkout"], latency: 0.06, node: "node-1" },
  checkout: { calls: ["cart", "payment", "shipping"], latency: 0.04, node: "node-2" },
  cart: { calls: ["store"], latency: 0.008, node: "node-1" },
  catalog: { latency: 0.012, node: "node-2" },
  payment: { latency: 0.005, node: "node-1" },
  shipping: { latency: 0.006, node: "node-2" },
  store: { latency: 0.002, node: "node-2" },
};

function look(
  levels: Record<string, ServiceLevels>,
  change: (object: KubernetesObject) => KubernetesObject = (object) => object,
) {
  const all = Object.keys({ ...calm, ...levels }).map((name) => [name, { ...calm[name], ...levels[name] }] as const);
  const objects = all.flatMap(([name, of]) => aServiceOf(name, of)).map(change);
  const { status, verdicts } = diagnose(
    { ...aSnapshot(objects), metrics: all.flatMap(([name, of]) => seriesOf(name, of)) },
    {},
    noon,
  );
  const [first] = verdicts;
  return { status, what: first && `${first.causeId} ${first.object.name}`, first };
}

const by = (before: number, more: number) => stepAt(-15, before, before + more);
const slower = (name: string, more: number) => ({ latency: by(calm[name]?.latency as number, more) });
/** All calls from and to the pods of node-1, as those who make them notice. */
const slowNode = { front: slower("front", 0.5), checkout: slower("checkout", 0.25), cart: slower("cart", 0.1) };

describe("a component that answers later since its calls take longer", () => {
  it("is named together with the one that it alone calls", () => {
    const { what, first } = look({
      front: slower("front", 0.1),
      checkout: slower("checkout", 0.1),
      cart: slower("cart", 0.1),
    });
    expect(what).toBe("network-latency cart");
    expect(first?.summary).toContain("calls to it, or its own to store, are slow");
    expect(first?.notChecked).toContain("would settle it: how long its own calls to store take");
  });

  it("is not named where only some of its calls are", () => {
    const { status, first } = look({
      front: slower("front", 0.03),
      checkout: { latency: by(0.04, 0.01), tail: by(0.06, 0.13) },
    });
    expect(status).toBe("inconclusive");
    expect(first?.summary).toMatch(/payment or shipping|shipping or payment/);
  });

  it("loses packets only where its slowest calls wait for them to be sent again", () => {
    const tail = (more: number) => look({ catalog: { latency: 0.012, tail: by(0.02, more) } }).what;
    expect(tail(0.3)).toBe("network-packet-loss catalog");
    expect(tail(0.12)).toBe("unexplained-failure catalog");
  });

  it("is not named where its caller loses more requests than it can cost", () => {
    const lossy = (failed: number) => ({ tail: by(0.2, 0.5), success: by(0.9995, -failed) });
    const both = ["front", "checkout"].map(
      (name) => [name, { ...calm[name], calls: ["catalog", "checkout"] }] as const,
    );
    const levels = (failed: number) =>
      Object.fromEntries(both.map(([name, of]) => [name, { ...of, ...lossy(name === "front" ? failed : 0.05) }]));
    expect(look(levels(0.04)).what).toBe("network-packet-loss checkout");
    expect(look(levels(0.12)).what).not.toBe("network-packet-loss checkout");
  });
});

describe("a node whose network is slow", () => {
  it("is named beside the component that shows it first", () => {
    const { status, what, first } = look(slowNode);
    expect({ status, what }).toEqual({ status: "inconclusive", what: "unexplained-failure cart" });
    expect(first?.summary).toContain("node node-1");
    expect(first?.notChecked[0]).toMatch(/^would settle it: round trip time and loss from node node-1 .*another node$/);
  });

  it("is not where others that it has, or that call it, are well", () => {
    const { what } = look({ ...slowNode, report: { calls: ["payment", "store"], latency: 0.03, node: "node-3" } });
    expect(what).toBe("network-latency cart");
  });

  it("may be it where nobody knows who runs on which", () => {
    const { status, first } = look(slowNode, (object) => {
      if (object.kind !== "Pod") return object;
      const { nodeName: _, ...spec } = object["spec"] as Record<string, unknown>;
      return { ...object, spec };
    });
    expect(status).toBe("inconclusive");
    expect(first?.summary).toContain("its node");
  });

  it("is told apart from a callee that is well and slow for all who call it", () => {
    const callers = {
      left: { calls: ["hub"], latency: by(0.02, 0.2), node: "node-1" },
      right: { calls: ["hub"], latency: by(0.03, 0.2), node: "node-2" },
    };
    const hub = { latency: 0.01, node: "node-2" };
    expect(look({ ...callers, hub }).what).toBe("network-latency hub");
    const alone = { ...callers, hub: { ...hub, node: "node-3" }, idle: { latency: 0.01, node: "node-3" } };
    expect(look(alone)).toMatchObject({ status: "inconclusive" });
    expect(look(alone).first?.summary).toContain("node-3");
  });
});

describe("one that is a few milliseconds slower", () => {
  const hill = { catalog: { latency: by(0.004, 0.008), tail: by(0.012, 0.024) } };
  it("is a hill where its caller does not notice", () => {
    expect(look(hill)).toMatchObject({ status: "healthy" });
  });

  it("is not where it does, or where it is far slower", () => {
    expect(look({ ...hill, front: slower("front", 0.03) }).what).toBe("network-latency catalog");
    expect(look({ catalog: { latency: by(0.004, 0.03) } }).what).toBe("network-latency catalog");
  });
});

describe("where nobody knows who calls whom", () => {
  const apart = (object: KubernetesObject) =>
    JSON.parse(JSON.stringify(object).replaceAll(':8080"', '-elsewhere"')) as KubernetesObject;

  it("the one that stands out is named, with what it may call", () => {
    const { what, first } = look({ catalog: slower("catalog", 0.3), front: slower("front", 0.2) }, apart);
    expect(what).toBe("network-latency catalog");
    expect(first?.summary).toContain("or its own to something that it calls");
  });

  it("several that lost as much time are not one", () => {
    const alike = ["store", "payment", "shipping"].map((name) => [name, slower(name, 0.2)] as const);
    expect(look(Object.fromEntries(alike), apart).status).toBe("inconclusive");
  });
});
