import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { componentsOf } from "../../../src/diagnosis/build-components.js";
import { buildNodeSignals } from "../../../src/diagnosis/build-node-signals.js";
import { factorOf, findTrend } from "../../../src/diagnosis/find-trend.js";
import { diagnose } from "../../../src/diagnosis/index.js";
import { combine, metricsOf } from "../../../src/diagnosis/metric-index.js";
import { buildScopeModel } from "../../../src/diagnosis/scope-model.js";
import { DiagnosisAnswer } from "../../../src/domain/diagnosis.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { MetricSeries } from "../../../src/domain/snapshot.js";
import { aClusterObject, noon } from "../../builders/kubernetes.js";
import { aCounter, aGauge, aServiceOf, podNameOf, seriesOf, stepAt } from "../../builders/metrics.js";
import { aSnapshot } from "../../builders/snapshot.js";

const modelOf = (metrics: MetricSeries[], objects: KubernetesObject[] = aServiceOf("cart")) =>
  buildScopeModel({ ...aSnapshot(objects), metrics }, noon);
const one = (metrics: MetricSeries[], objects?: KubernetesObject[]) => {
  const found = componentsOf(modelOf(metrics, objects));
  expect(found).toHaveLength(1);
  return found[0]!;
};
const pod = { namespace: "shop", pod: podNameOf("cart") };
const main = { ...pod, container: "main" };
const cpu = "container_cpu_usage_seconds_total";

describe("a counter", () => {
  it("counts as what it grows by in a second", () => {
    expect(one([aCounter(cpu, main, 0.4)]).signals.get("cpu")?.now).toBeCloseTo(0.4, 1);
  });

  it("that starts anew, as after a restart, does not fall below zero nor leap", () => {
    const { points, ...rest } = aCounter(cpu, main, 0.4, { noise: 0 });
    const reset = {
      ...rest,
      points: points.map(([time, value], at) => [time, at < 60 ? value : value - points[60]![1]] as [number, number]),
    };
    const trend = one([reset]).signals.get("cpu")!;
    expect(trend.peak).toBeCloseTo(0.4, 2);
    expect(trend.since).toBeUndefined();
    expect(
      metricsOf(modelOf([reset]))
        .named(cpu)[0]
        ?.values.every((value) => !(value < 0)),
    ).toBe(true);
  });

  it("of which somebody has made a rate is taken as it is", () => {
    expect(one([aGauge(cpu, main, 0.4)]).signals.get("cpu")?.now).toBeCloseTo(0.4, 1);
    expect(
      one([aGauge(cpu, main, (minute) => 2 + minute / 60, { noise: 0, unit: "cores" })]).signals.get("cpu")?.now,
    ).toBeCloseTo(2, 1);
  });
});

describe("the subject of a series", () => {
  it.each<[string, Record<string, string>]>([
    ["a pod", main],
    ["a pod by an older label", { namespace: "shop", pod_name: podNameOf("cart"), container_name: "main" }],
    ["a pod without its namespace, where only one was recorded", { pod: podNameOf("cart") }],
    ["a pod that is gone", { namespace: "shop", pod: "cart-5d9f8b7c6d-zzzzz" }],
    ["a Service", { namespace: "shop", service: "cart" }],
    ["a workload", { namespace: "shop", deployment: "cart" }],
  ])("may be named by %s", (_what, labels) => {
    expect(one([aCounter(cpu, labels, 0.4)]).owner).toMatchObject({ kind: "Deployment", metadata: { name: "cart" } });
  });

  it("is a Service of its own where the snapshot has no objects", () => {
    expect(one([aCounter(cpu, { service: "cart" }, 0.4)], []).key).toBe("Service/shop/cart");
    expect(one([aCounter(cpu, main, 0.4)], []).key).toBe("Service/shop/cart");
  });

  it("of a node's series may be its label, its address, or the pod that measures", () => {
    const node = aClusterObject("v1", "Node", "node-1", {
      status: { addresses: [{ type: "InternalIP", address: "10.0.0.7" }] },
    });
    const names = [{ node: "node-1" }, { instance: "10.0.0.7:9100" }, { instance: "node-1" }, pod].flatMap((labels) =>
      buildNodeSignals(modelOf([aGauge("node_timex_offset_seconds", labels, 0.01)], [...aServiceOf("cart"), node])).map(
        ({ name }) => name,
      ),
    );
    expect(names).toEqual(["node-1", "node-1", "node-1", "node-1"]);
  });
});

describe("parts and wholes", () => {
  it("a pod's own series does not count beside those of its containers, nor does its sandbox", () => {
    const all = [
      aCounter(cpu, pod, 0.5),
      aCounter(cpu, { ...pod, container: "POD" }, 0.5),
      aCounter(cpu, main, 0.3),
      aCounter(cpu, { ...pod, container: "proxy" }, 0.2),
    ];
    expect(one(all).signals.get("cpu")?.now).toBeCloseTo(0.5, 1);
  });

  it("use is told in parts of the limit: of the spec, else of a metric", () => {
    const memory = aGauge("container_memory_working_set_bytes", main, 900e6, { noise: 0 });
    expect(
      one([memory], aServiceOf("cart", { limits: { memory: "1G" } })).signals.get("memoryOfLimit")?.now,
    ).toBeCloseTo(0.9);
    const limit = aGauge("kube_pod_container_resource_limits", { ...main, resource: "memory" }, 1e9, { noise: 0 });
    expect(one([memory, limit]).signals.get("memoryOfLimit")?.now).toBeCloseTo(0.9);
    expect(
      one([memory, aGauge("container_spec_memory_limit_bytes", main, 2 ** 63, { noise: 0 })]).signals.has(
        "memoryOfLimit",
      ),
    ).toBe(false);
  });

  it("throttling is its ratio, or throttled periods of all periods", () => {
    const periods = [
      aCounter("container_cpu_cfs_throttled_periods_total", main, 4),
      aCounter("container_cpu_cfs_periods_total", main, 10),
    ];
    expect(one(periods).signals.get("throttled")?.now).toBeCloseTo(0.4, 1);
    expect(one([aGauge("container_cpu_throttled_ratio", main, 40)]).signals.get("throttled")?.now).toBeCloseTo(0.4, 1);
  });

  it("a success ratio may be told in percent", () => {
    const percent = aGauge("service_success_ratio", { service: "cart" }, stepAt(-15, 99.9, 90), { noise: 0.0002 });
    expect(one([percent]).signals.get("errors")?.now).toBeCloseTo(0.1, 1);
  });

  it("sums fill short gaps, and do not fall where one of them ends for a moment", () => {
    expect(
      combine(
        [
          [1, Number.NaN, 1, 1],
          [2, 2, 2, 2],
        ],
        "sum",
      ),
    ).toEqual([3, 3, 3, 3]);
    expect(
      combine(
        [
          [1, 5],
          [3, Number.NaN],
        ],
        "max",
      ),
    ).toEqual([3, 5]);
    expect(
      combine(
        [
          [1, 5],
          [3, 7],
        ],
        "mean",
      ),
    ).toEqual([2, 6]);
    expect(combine([], "sum")).toEqual([]);
  });
});

it("what ended more than an hour ago says nothing of now", () => {
  const old = seriesOf("cart", { latency: stepAt(-15, 0.01, 0.5) }).map((series) => ({
    ...series,
    points: series.points.map(([time, value]) => [time - 7_200, value] as [number, number]),
  }));
  expect(metricsOf(modelOf(old)).grid).toBeUndefined();
});

it("of a day, the last hours count", () => {
  const day = aGauge("service_latency_seconds", { service: "cart", quantile: "0.5" }, stepAt(-20, 0.01, 0.1), {
    minutes: 1_440,
    step: 60,
  });
  const trend = one([day]).signals.get("latency")!;
  expect(factorOf(trend)).toBeGreaterThan(5);
});

describe("any series", () => {
  const label = fc.constantFrom(
    "namespace",
    "pod",
    "container",
    "service",
    "node",
    "quantile",
    "instance",
    "resource",
    "persistentvolumeclaim",
  );
  const text = fc.oneof(
    fc.constantFrom("shop", podNameOf("cart"), "cart", "main", "node-1", "0.5", "p99", "", "memory"),
    fc.string({ maxLength: 8 }),
  );
  const name = fc.oneof(
    fc.constantFrom(
      "service_latency_seconds",
      "service_success_ratio",
      "service_requests_per_second",
      cpu,
      "container_memory_working_set_bytes",
      "container_cpu_throttled_ratio",
      "container_network_receive_bytes_total",
      "node_cpu_seconds_total",
      "node_nf_conntrack_entries",
      "node_nf_conntrack_entries_limit",
      "node_memory_MemAvailable_bytes",
      "node_memory_MemTotal_bytes",
      "kubelet_volume_stats_used_bytes",
      "kubelet_volume_stats_capacity_bytes",
      "kubelet_running_pods",
      "apiserver_request_total",
      "kube_node_status_condition",
      "kube_pod_container_status_restarts_total",
      "kube_pod_container_resource_limits",
      "node_sockstat_TCP_tw",
    ),
    fc.string({ maxLength: 8 }),
  );
  const end = noon.getTime() / 1_000;
  const time = fc.oneof(fc.integer({ min: end - 3_600, max: end }), fc.double());
  const value = fc.oneof(
    fc.integer({ min: 0, max: 1_000 }),
    fc.double(),
    fc.constantFrom(0, -1, Number.NaN, Infinity, 1e308),
  );
  const series = fc.record({
    name,
    labels: fc.dictionary(label, text, { noNullPrototype: true }),
    points: fc.array(fc.tuple(time, value), { maxLength: 40 }),
  });

  it("never make it throw, nor an answer that does not fit its schema", () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 15 }), (metrics) => {
        const answer = diagnose({ ...aSnapshot(aServiceOf("cart")), metrics }, {}, noon);
        expect(DiagnosisAnswer.safeParse(answer).error).toBeUndefined();
        expect(answer.warnings.filter((warning) => warning.includes("failed"))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it("give the same answer in whatever order they and their points come", () => {
    const incident = seriesOf("cart", { latency: stepAt(-15, 0.01, 0.2), cpu: stepAt(-15, 0.1, 0.9) });
    fc.assert(
      fc.property(
        fc.array(series, { maxLength: 6 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (more, random) => {
          const shuffled = <T>(list: readonly T[]): T[] =>
            list
              .map((entry) => ({ entry, at: Number(random.next().value) }))
              .sort((left, right) => left.at - right.at)
              .map(({ entry }) => entry);
          const metrics = [...incident, ...more];
          const other = shuffled(metrics).map((entry) => ({ ...entry, points: shuffled(entry.points) }));
          const look = (entries: typeof metrics) =>
            diagnose({ ...aSnapshot(aServiceOf("cart")), metrics: entries }, {}, noon);
          expect(look(other)).toEqual(look(metrics));
        },
      ),
      { numRuns: 150 },
    );
  });
});

it("a trend needs a grid that it fits on", () => {
  const metrics = metricsOf(modelOf([aGauge("x", {}, 1)]));
  const [laid] = metrics.named("x");
  expect(laid?.values).toHaveLength(metrics.grid!.bins);
  expect(findTrend(laid!.values, metrics.grid!)).toMatchObject({ shape: "flat" });
});
