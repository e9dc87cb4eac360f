import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { MetricSeries } from "../../../src/domain/snapshot.js";
import { noon } from "../../builders/kubernetes.js";
import { aServiceOf, type Recording, seriesOf, type ServiceLevels, stepAt } from "../../builders/metrics.js";
import { aSnapshot } from "../../builders/snapshot.js";

/** A shop: front calls cart and catalog, checkout calls cart, payment and shipping. */
const calm: Record<string, ServiceLevels> = {
  front: { calls: ["cart", "catalog", "checkout"], latency: 0.06 },
  checkout: { calls: ["cart", "payment", "shipping"], latency: 0.04 },
  cart: { calls: ["store"], latency: 0.008 },
  catalog: { latency: 0.012 },
  payment: { latency: 0.005 },
  shipping: { latency: 0.006 },
  store: { latency: 0.002 },
};
type Levels = Partial<Record<string, ServiceLevels>>;

function shop(
  levels: Levels,
  recording: Recording = {},
  more: { objects?: KubernetesObject[]; metrics?: MetricSeries[] } = {},
) {
  const all = Object.entries(calm).map(([name, usual]) => [name, { ...usual, ...levels[name] }] as const);
  const objects = all.flatMap(([name, of]) => aServiceOf(name, of));
  const metrics = all.flatMap(([name, of]) => seriesOf(name, of, recording));
  return { ...aSnapshot([...objects, ...(more.objects ?? [])]), metrics: [...metrics, ...(more.metrics ?? [])] };
}
const found = (levels: Levels, recording: Recording = {}, more = {}) => {
  const { verdicts, status } = diagnose(shop(levels, recording, more), {}, noon);
  return {
    status,
    verdicts: verdicts.map(({ causeId, object, confidence }) => `${causeId} ${object.name} ${confidence}`),
  };
};

const at = -15;
const up = (before: number, by: number) => stepAt(at, before, before + by);
const times = (before: number, factor: number) => stepAt(at, before, before * factor);
/** The callers of cart wait for it. */
const callersOfCart = {
  front: { latency: up(0.06, 0.2), requests: times(50, 0.6) },
  checkout: { latency: up(0.04, 0.2), requests: times(50, 0.6) },
};
const less = { requests: times(50, 0.6), bytes: times(200_000, 0.6), cpu: times(0.15, 0.7) };

describe.each<[string, Recording]>([
  ["30 s steps, an hour", {}],
  ["15 s steps, two hours", { step: 15, minutes: 120, seed: 3 }],
  ["60 s steps, half an hour", { step: 60, minutes: 30, seed: 5 }],
])("%s", (_what, recording) => {
  it("a slow network of one service is named there, its callers are effects", () => {
    expect(found({ ...callersOfCart, cart: { latency: up(0.008, 0.2), ...less } }, recording)).toEqual({
      status: "failing",
      verdicts: ["network-latency cart likely"],
    });
  });

  it("a lossy one shows in its slowest calls and in those that fail", () => {
    const lossy = { latency: times(0.008, 1.3), tail: up(0.03, 0.4), success: up(0.9995, -0.06), ...less };
    const callers = {
      front: { tail: up(0.2, 0.5), success: up(0.9995, -0.05) },
      checkout: { tail: up(0.15, 0.5), success: up(0.9995, -0.05) },
    };
    expect(found({ ...callers, cart: lossy }, recording).verdicts).toEqual(["network-packet-loss cart likely"]);
  });

  it("one that is out of CPU is slow for that", () => {
    expect(
      found({ ...callersOfCart, cart: { latency: up(0.008, 0.1), cpu: times(0.15, 6) } }, recording).verdicts,
    ).toEqual(["cpu-saturated cart likely"]);
    expect(
      found(
        { ...callersOfCart, cart: { latency: up(0.008, 0.1), cpu: times(0.15, 6), limits: { cpu: "1" } } },
        recording,
      ).verdicts,
    ).toEqual(["cpu-saturated cart confirmed"]);
  });

  it("a callee that is out of CPU is named, not the one that waits for it", () => {
    expect(
      found(
        {
          ...callersOfCart,
          cart: { latency: up(0.008, 0.2), requests: times(50, 0.7) },
          store: { latency: up(0.002, 0.15), cpu: times(0.15, 5) },
        },
        recording,
      ).verdicts,
    ).toEqual(["cpu-saturated store likely"]);
  });

  it("a caller that is busier, too, is not named before the callee that keeps it busy", () => {
    const retries = { latency: up(0.008, 0.2), cpu: times(0.15, 4) };
    const verdicts = found(
      { ...callersOfCart, cart: retries, store: { latency: up(0.002, 0.15), cpu: times(0.15, 3.5) } },
      recording,
    );
    expect(verdicts.verdicts).toEqual(["cpu-saturated store likely"]);
  });

  it("one whose calls to all others are slow is named, not those that it calls", () => {
    const levels = {
      front: { latency: up(0.06, 0.05) },
      checkout: { latency: up(0.04, 0.6), requests: times(5, 0.7) },
      payment: { latency: up(0.005, 0.2), requests: times(5, 0.7) },
      shipping: { latency: up(0.006, 0.2), requests: times(5, 0.7) },
    };
    expect(found(levels, recording).verdicts).toEqual(["network-latency checkout likely"]);
  });

  it("one that is well itself, and slow for all who call it, is named by them", () => {
    const levels = {
      front: { latency: up(0.06, 0.2), requests: times(50, 0.8) },
      checkout: { latency: up(0.04, 0.2), requests: times(5, 0.8) },
    };
    expect(found(levels, recording).verdicts).toEqual(["network-latency cart likely"]);
  });

  it("a memory that fills is no network", () => {
    const filling = {
      memory: (minute: number) => (minute < -20 ? 120e6 : 120e6 + (minute + 20) * 6e6),
      limits: { memory: "240M" },
    };
    const { status, verdicts } = found({ ...callersOfCart, cart: { latency: up(0.008, 0.2), ...filling } }, recording);
    expect(status).toBe("inconclusive");
    expect(verdicts).toEqual(["unexplained-failure cart inconclusive"]);
  });

  it.each<[string, Levels]>([
    ["nothing happens", {}],
    ["one is a little slower, and nobody notices", { catalog: { latency: times(0.012, 1.75), tail: 0.05 } }],
    [
      "more traffic makes everything a little slower",
      Object.fromEntries(
        Object.entries(calm).map(([name, { latency }]) => [
          name,
          {
            requests: times(50, 1.8),
            cpu: times(0.15, 1.7),
            latency: times(latency as number, 1.4),
            bytes: times(200_000, 1.8),
          },
        ]),
      ),
    ],
    ["one works harder and nobody suffers", { catalog: { cpu: times(0.15, 8) } }],
    [
      "a spike is over",
      {
        cart: {
          latency: (minute) => (minute > -25 && minute < -18 ? 0.3 : 0.008),
          cpu: (minute) => (minute > -25 && minute < -18 ? 1 : 0.15),
        },
      },
    ],
    [
      "traffic goes down",
      Object.fromEntries(Object.keys(calm).map((name) => [name, { requests: times(50, 0.3), cpu: times(0.15, 0.4) }])),
    ],
  ])("is healthy where %s", (_case, levels) => {
    expect(found(levels, recording)).toEqual({ status: "healthy", verdicts: [] });
  });
});
