import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { Verdict } from "../../../src/domain/diagnosis.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { MetricSeries, ProbeResult, Snapshot } from "../../../src/domain/snapshot.js";
import {
  aClusterObject,
  aCondition,
  aConfigMap,
  aContainerPod,
  aCrash,
  after,
  anEvent,
  anObject,
  aPod,
  noon,
} from "../../builders/kubernetes.js";
import { aCounter, aGauge, aServiceOf, podNameOf, seriesOf, stepAt } from "../../builders/metrics.js";
import { aSnapshot, aWorkload } from "../../builders/snapshot.js";
import { aNode, aProxy, onNode, rolledOut, services, twoNodes } from "./rules/scenes-metrics.js";

type Scene = { objects: readonly KubernetesObject[]; parts?: Partial<Snapshot> };
const look = ({ objects, parts }: Scene) => diagnose({ ...aSnapshot(objects), ...parts }, {}, noon);
const causes = (scene: Scene) => look(scene).verdicts.map(({ causeId, object }) => `${causeId} ${object.name}`);
const first = (scene: Scene): Verdict => look(scene).verdicts[0]!;
const up = (before: number, now: number) => stepAt(-15, before, now);
const slow = { latency: up(0.01, 0.2) };
const waits = { latency: up(0.06, 0.3) };
const node = { node: "node-1" };
const still = { noise: 0 };

describe("nothing is said of", () => {
  const throttled = aGauge(
    "container_cpu_throttled_ratio",
    { namespace: "shop", pod: podNameOf("cart"), container: "main" },
    0.6,
  );
  it.each<[string, Scene]>([
    ["throttling from which nothing suffers", services({}, [throttled])],
    [
      "a table of connections that is half full",
      onNode(
        aGauge("node_nf_conntrack_entries", node, 65_000),
        aGauge("node_nf_conntrack_entries_limit", node, 131_072, still),
      ),
    ],
    ["a clock that is off by some milliseconds", onNode(aGauge("node_timex_offset_seconds", node, 0.004))],
    ["many sockets", onNode(aGauge("node_sockstat_TCP_tw", node, 9_000))],
    ["a node with room for pods", onNode(aGauge("kubelet_running_pods", node, 60, still))],
    [
      "a node that was not ready once",
      onNode(
        aGauge(
          "kube_node_status_condition",
          { ...node, condition: "Ready", status: "true" },
          (minute) => (minute > -30 && minute < -25 ? 0 : 1),
          still,
        ),
      ),
    ],
    [
      "a refused request now and then",
      onNode(
        aCounter("apiserver_request_total", { code: "200" }, 400),
        aCounter("apiserver_request_total", { code: "429" }, 0.02),
      ),
    ],
    [
      "a volume with room",
      onNode(
        aGauge("kubelet_volume_stats_used_bytes", { namespace: "shop", persistentvolumeclaim: "data" }, 7e9),
        aGauge(
          "kubelet_volume_stats_capacity_bytes",
          { namespace: "shop", persistentvolumeclaim: "data" },
          1e10,
          still,
        ),
      ),
    ],
    [
      "a node that has memory",
      onNode(
        aGauge("node_memory_MemAvailable_bytes", node, 2e9),
        aGauge("node_memory_MemTotal_bytes", node, 8e9, still),
      ),
    ],
    ["two nodes that are well", twoNodes({})],
    [
      "kube-proxy where it runs",
      { objects: [aNode("node-1"), aNode("node-2"), aProxy("node-1", true), aProxy("node-2", true)] },
    ],
    ["a rollout after which all is well", rolledOut({})],
  ])("%s", (_what, scene) => {
    expect(look(scene)).toMatchObject({ status: "healthy", verdicts: [] });
  });
});

describe("a slow component", () => {
  it("is told with its figures, what is ruled out, who suffers, and what would settle it", () => {
    const verdict = first(services({ front: waits, cart: { ...slow, bytes: up(2e5, 1e5) } }));
    expect(verdict).toMatchObject({
      causeId: "network-latency",
      object: { kind: "Deployment", name: "cart" },
      confidence: "likely",
      effects: [{ object: { name: "front" } }],
      ruledOut: [{ causeId: "cpu-saturated" }, { causeId: "container-oom-killed" }],
      actions: [],
    });
    expect(verdict.evidence.every(({ source }) => source === "metric")).toBe(true);
    expect(verdict.notChecked).toContain("would settle it: round trip time to its pods from another node");
    expect(Math.abs(Date.parse(verdict.since!) - Date.parse(after(-900)))).toBeLessThan(120_000);
  });

  it("whose CPU was not measured is not said to have a slow network", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const metrics = parts.metrics!.filter(({ name }) => !name.startsWith("container_cpu"));
    expect(look({ objects, parts: { metrics } })).toMatchObject({
      status: "inconclusive",
      verdicts: [{ causeId: "unexplained-failure", confidence: "inconclusive" }],
    });
  });

  it("that got slower bit by bit is not said to have a slow network", () => {
    const ramp = (minute: number) => (minute < -30 ? 0.01 : 0.01 + (minute + 30) * 0.01);
    expect(look(services({ cart: { latency: ramp } })).status).toBe("inconclusive");
  });

  it("that drops packets is proven to", () => {
    const dropped = aCounter(
      "container_network_receive_packets_dropped_total",
      { namespace: "shop", pod: podNameOf("cart") },
      up(0.01, 40),
    );
    expect(first(services({ front: waits, cart: slow }, [dropped]))).toMatchObject({
      causeId: "network-packet-loss",
      confidence: "confirmed",
    });
  });

  it("is an effect where what it calls is known to fail", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const crashing = objects.map((object) =>
      object.kind === "Pod" && object.metadata.name === podNameOf("cart")
        ? {
            ...object,
            status: {
              phase: "Running",
              conditions: [aCondition("Ready", "False")],
              containerStatuses: [{ name: "main", ready: false, ...aCrash(139) }],
            },
          }
        : object,
    );
    const { verdicts } = look({ objects: crashing, parts });
    expect(verdicts.map(({ causeId }) => causeId)).toEqual(["process-segfault"]);
  });

  it("takes in what the log of a caller tells of it", () => {
    const { objects, parts } = services({
      front: { tail: up(0.2, 0.9), success: up(0.9995, 0.9) },
      cart: { latency: up(0.01, 0.013), tail: up(0.04, 0.6), success: up(0.9995, 0.93) },
    });
    const lines = Array.from({ length: 20 }, () => "error: call to cart:8080 failed: i/o timeout");
    const logs = [{ namespace: "shop", pod: podNameOf("front"), container: "main", previous: false, lines }];
    const { verdicts } = look({ objects, parts: { ...parts, logs } });
    expect(verdicts.map(({ causeId, object }) => `${causeId} ${object.name}`)).toEqual(["network-packet-loss cart"]);
    expect(verdicts[0]?.effects.map(({ object }) => object.name)).toContain("front");
  });

  it("whose log tells that something it needs refuses it is not said to have a slow network", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const lines = Array.from({ length: 20 }, () => "dial tcp 10.9.9.9:5432: connect: connection refused");
    const logs = [{ namespace: "shop", pod: podNameOf("cart"), container: "main", previous: false, lines }];
    expect(causes({ objects, parts: { ...parts, logs } }).join()).not.toContain("network-");
    expect(causes({ objects, parts: { ...parts, logs } })).toContain("dependency-unreachable cart");
  });

  it("is left alone where nothing tells who calls whom, and something else there is known to fail", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const apart = objects.map(
      (object) => JSON.parse(JSON.stringify(object).replaceAll("cart:8080", "elsewhere")) as KubernetesObject,
    );
    const failing = [...aWorkload(), aContainerPod({}, aCrash(139))];
    expect(causes({ objects: [...apart, ...failing], parts })).toEqual(["process-segfault checkout"]);
  });

  it("with errors of its own in its log fails in its own code", () => {
    const { objects, parts } = services({ cart: { success: up(0.9995, 0.7) } });
    const lines = ["served /cart", "Traceback (most recent call last):", "TypeError: price is None"];
    const logs = [{ namespace: "shop", pod: podNameOf("cart"), container: "main", previous: false, lines }];
    expect(first({ objects, parts: { ...parts, logs } })).toMatchObject({
      causeId: "application-error",
      confidence: "likely",
    });
    expect(first({ objects, parts })).toMatchObject({ causeId: "unexplained-failure", confidence: "inconclusive" });
  });

  it("may suffer from a neighbour who takes the node's CPU", () => {
    const { objects, parts } = services({ front: waits, cart: slow, report: { cpu: up(0.2, 3), latency: 0.01 } });
    const idle = ["0", "1", "2", "3"].map((cpu) =>
      aCounter("node_cpu_seconds_total", { ...node, cpu, mode: "idle" }, up(0.7, 0.02)),
    );
    const verdict = first({ objects: [...objects, aNode("node-1")], parts: { metrics: [...parts.metrics!, ...idle] } });
    expect(verdict).toMatchObject({ causeId: "cpu-saturated", object: { name: "report" }, confidence: "likely" });
  });

  it("by a limit that holds it back, asked about by an alert, is a warning even where nothing is seen to suffer", () => {
    const throttled = aGauge(
      "container_cpu_throttled_ratio",
      { namespace: "shop", pod: podNameOf("cart"), container: "main" },
      0.6,
    );
    const { objects, parts } = services({}, [throttled]);
    const alerts = [
      { name: "CPUThrottlingHigh", state: "firing", labels: { namespace: "shop", pod: podNameOf("cart") } },
    ];
    expect(look({ objects, parts: { ...parts, alerts } })).toMatchObject({
      status: "healthy",
      verdicts: [{ causeId: "cpu-throttled", severity: "warning" }],
    });
  });
});

describe("an alert that asks about CPU", () => {
  const main = { namespace: "shop", pod: podNameOf("cart"), container: "main" };
  const alerts = [{ name: "CPUHigh", state: "firing", labels: { namespace: "shop", pod: podNameOf("cart") } }];
  const busy = {
    objects: aServiceOf("cart", { limits: { cpu: "1" } }),
    metrics: [aCounter("container_cpu_usage_seconds_total", main, 0.99, { noise: 0.01 })],
  };

  it("is answered where nothing shows how the program does", () => {
    const { objects, metrics } = busy;
    expect(look({ objects, parts: { metrics, alerts } })).toMatchObject({
      status: "failing",
      verdicts: [{ causeId: "cpu-saturated", confidence: "likely" }],
    });
    expect(look({ objects, parts: { metrics } })).toMatchObject({ status: "healthy", verdicts: [] });
  });
});

describe("a callee that hardly a request reaches", () => {
  it("is where the calls are lost", () => {
    const failing = { success: up(0.9995, 0.6) };
    expect(
      causes(services({ front: failing, cart: { requests: up(50, 1), bytes: up(2e5, 4e3), cpu: up(0.15, 0.02) } })),
    ).toEqual(["network-packet-loss cart"]);
    expect(causes(services({ front: { ...failing, requests: up(50, 1) }, cart: { requests: up(50, 1) } }))).toEqual([
      "unexplained-failure front",
    ]);
  });
});

describe("more traffic than it can take", () => {
  it("is no network, but a limit that is reached", () => {
    const more = { requests: up(50, 150), latency: up(0.01, 0.03), cpu: up(0.3, 0.97), limits: { cpu: "1" } };
    expect(causes(services({ cart: more }))).toEqual(["cpu-saturated cart"]);
    expect(causes(services({ cart: { ...more, limits: {} } }))).toEqual([]);
  });
});

describe("one slow pod among several", () => {
  it("is not taken for lost packets, which show in the slowest calls alone, too", () => {
    const { objects, parts } = services({
      front: { tail: up(0.2, 0.6) },
      cart: { latency: 0.01, tail: up(0.04, 0.4) },
    });
    const pod = objects.find(({ metadata }) => metadata.name === podNameOf("cart"))!;
    const second = { ...pod, metadata: { ...pod.metadata, name: "cart-5d9f8b7c6d-second" } };
    expect(causes({ objects, parts })).toEqual(["network-packet-loss cart"]);
    expect(causes({ objects: [...objects, second], parts })).toEqual(["network-latency cart"]);
  });
});

it("units other than the base unit are read as what they are", () => {
  const { objects, parts } = services({ front: waits, cart: slow });
  const metrics = parts.metrics!.map((series) =>
    series.name === "service_latency_seconds"
      ? {
          ...series,
          unit: "ms",
          points: series.points.map(([time, value]) => [time, value * 1_000] as [number, number]),
        }
      : series,
  );
  expect(first({ objects, parts: { metrics } }).evidence[0]?.quote).toMatch(
    /median latency \d+ ms, before 10 ms|median latency 200 ms/,
  );
});

describe("a rollout", () => {
  it("just before it got worse is the cause, with what differs, and going back is offered", () => {
    const verdict = first(rolledOut(slow));
    expect(verdict).toMatchObject({
      causeId: "revision-regression",
      confidence: "likely",
      actions: [{ type: "rollout-undo" }],
    });
    expect(verdict.evidence[0]?.quote).toBe("revision 2: main: image registry.local/app:1 -> registry.local/app:2");
  });

  it("long before is not", () => {
    expect(causes(rolledOut(slow, 300))).toEqual(["network-latency cart"]);
  });

  it("of another setting makes a slow network a guess", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const changes = [
      {
        at: after(-960),
        kind: "config",
        summary: "pool size 50 to 2",
        object: { kind: "Deployment", namespace: "shop", name: "cart" },
      },
    ];
    const verdict = first({ objects, parts: { ...parts, changes } });
    expect(verdict).toMatchObject({ causeId: "unexplained-failure", confidence: "inconclusive" });
    expect(verdict.summary).toContain("pool size 50 to 2");
    expect(verdict.evidence.at(-1)).toMatchObject({ source: "field", quote: "pool size 50 to 2" });
  });

  it("after which the log tells of errors, and before which it did not, is the cause without any metric", () => {
    const { objects } = rolledOut({});
    const log = (pod: string, line: string) => ({
      namespace: "shop",
      pod,
      container: "main",
      previous: false,
      lines: Array.from({ length: 30 }, () => line),
    });
    const error = "TypeError: cannot read properties of undefined (reading 'price')";
    const look2 = (...lines: [before: string, now: string]) =>
      causes({ objects, parts: { logs: [log("cart-5d9f8b7c6d-gone1", lines[0]), log("cart-new-abcde", lines[1])] } });
    expect(look2("served /cart", error)).toEqual(["revision-regression cart"]);
    expect(look2(error, error)).toEqual([]);
    expect(look2("served /cart", "served /cart")).toEqual([]);
    expect(causes({ objects, parts: { logs: [log("cart-new-abcde", error)] } })).toEqual([]);
  });

  it("is known from a record of changes, too", () => {
    const { objects, parts } = services({ front: waits, cart: slow });
    const changes = [
      {
        at: after(-960),
        kind: "rollout",
        summary: "cart 1.4 to 1.5",
        object: { kind: "Deployment", namespace: "shop", name: "cart" },
      },
    ];
    const verdict = first({ objects, parts: { ...parts, changes } });
    expect(verdict.causeId).toBe("revision-regression");
    expect(verdict.evidence.filter(({ quote }) => quote === "cart 1.4 to 1.5")).toMatchObject([{ id: "e1" }]);
  });
});

describe("what was changed before", () => {
  const objects = [...aWorkload(), aContainerPod({ envFrom: [{ configMapRef: { name: "settings" } }] }, aCrash(139))];
  const change = (over: Record<string, unknown>) => ({
    at: after(-900),
    kind: "commit",
    summary: "something",
    ...over,
  });
  const told = (changes: Snapshot["changes"], more: KubernetesObject[] = []) =>
    first({ objects: [...objects, ...more], parts: { changes: changes ?? [] } }).evidence.filter(
      ({ path }) => path?.startsWith("changes") === true || path === "metadata.creationTimestamp",
    );
  const own = { object: { kind: "Deployment", namespace: "shop", name: "checkout" } };

  it("is added after what decides, the nearest first, three at most", () => {
    const settings = {
      ...aConfigMap("settings"),
      metadata: { name: "settings", namespace: "shop", creationTimestamp: after(-800) },
    };
    const found = told(
      [
        change({ summary: "far", object: { kind: "Deployment", namespace: "shop", name: "other" } }),
        change({ summary: "own", ...own }),
        change({ summary: "free" }),
        change({ summary: "later", at: after(-700) }),
      ],
      [settings],
    );
    expect(found.map(({ quote }) => quote)).toEqual(["own", "ConfigMap settings was created", "later"]);
    expect(first({ objects: [...objects], parts: { changes: [change(own)] } }).evidence[0]).toMatchObject({
      path: expect.stringContaining("terminated"),
    });
  });

  it("is not what was made together with the workload, on the day that it was installed", () => {
    const made = (object: KubernetesObject, seconds: number): KubernetesObject => ({
      ...object,
      metadata: { ...object.metadata, creationTimestamp: after(seconds) },
    });
    const [deployment, ...rest] = objects;
    const quotes = (age: number) =>
      first({
        objects: [...(deployment ? [made(deployment, age)] : []), ...rest, made(aConfigMap("settings"), -800)],
      }).evidence.map(({ quote }) => quote);
    expect(quotes(-850)).not.toContain("ConfigMap settings was created");
    expect(quotes(-86_400)).toContain("ConfigMap settings was created");
  });

  it.each<[string, Record<string, unknown>]>([
    ["after it began", { ...own, at: after(-300) }],
    ["hours before", { ...own, at: after(-9_000) }],
    ["in another namespace", { object: { kind: "Deployment", namespace: "pay", name: "checkout" } }],
    ["at no time that can be read", { ...own, at: "yesterday" }],
  ])("is not what happened %s", (_when, over) => {
    expect(told([change(over)])).toEqual([]);
  });

  it("says what changed from what to what", () => {
    expect(
      told([change({ ...own, kind: "config", summary: "timeout", from: "5s", to: "1s", reference: "c0ffee" })]),
    ).toMatchObject([
      { ref: "Deployment/shop/checkout", path: "changes: config", quote: "timeout (5s -> 1s), c0ffee" },
    ]);
  });
});

describe("a volume that fills", () => {
  const claim = { namespace: "shop", persistentvolumeclaim: "data" };
  const filled = (used: number): Scene =>
    onNode(
      aGauge("kubelet_volume_stats_used_bytes", claim, used, still),
      aGauge("kubelet_volume_stats_capacity_bytes", claim, 1e10, still),
    );

  it("is a failure where it is full, a warning where it is nearly so", () => {
    expect(look(filled(9.96e9))).toMatchObject({
      status: "failing",
      verdicts: [
        { causeId: "volume-full", object: { kind: "PersistentVolumeClaim", name: "data" }, confidence: "confirmed" },
      ],
    });
    expect(look(filled(9.7e9))).toMatchObject({
      status: "healthy",
      verdicts: [{ causeId: "volume-full", severity: "warning" }],
    });
  });

  it("may be short of inodes alone", () => {
    const scene = onNode(
      aGauge("kubelet_volume_stats_inodes_free", claim, 3, still),
      aGauge("kubelet_volume_stats_inodes", claim, 1e6, still),
    );
    expect(first(scene).summary).toContain("of its inodes is left");
  });
});

describe("a node by its figures", () => {
  const scarce = [
    aGauge("node_memory_MemAvailable_bytes", node, 1e8),
    aGauge("node_memory_MemTotal_bytes", node, 8e9, still),
  ];

  it("under pressure is a sign where it says nothing itself", () => {
    expect(first(onNode(...scarce))).toMatchObject({
      causeId: "node-memory-pressure",
      confidence: "likely",
      severity: "warning",
    });
    const well = aNode("node-1", { conditions: [aCondition("Ready", "True"), aCondition("MemoryPressure", "False")] });
    expect(causes({ objects: [well], parts: { metrics: scarce } })).toEqual([]);
  });

  it("flaps by its events", () => {
    const flapping = (seconds: number) => [
      aNode("node-1"),
      anEvent(aNode("node-1"), "Node node-1 status is now: NodeNotReady", {
        reason: "NodeNotReady",
        count: 5,
        lastTimestamp: after(seconds),
        involvedObject: { kind: "Node", name: "node-1" },
      }),
    ];
    expect(causes({ objects: flapping(-300) })).toEqual(["node-flapping node-1"]);
    expect(causes({ objects: flapping(-9_000) })).toEqual([]);
  });

  it("with a clock that is off fails those whose log says so", () => {
    const { objects, parts } = onNode(aGauge("node_timex_offset_seconds", node, 40));
    const logs = [
      {
        namespace: "shop",
        pod: podNameOf("cart"),
        container: "main",
        previous: false,
        lines: ["token used before issued"],
      },
    ];
    expect(look({ objects, parts: { ...parts, logs } }).status).toBe("failing");
  });

  it("is not blamed for a network that is slow on another node, too", () => {
    const { objects, parts } = twoNodes({ latency: up(0.02, 0.25), cpu: up(0.15, 0.1) });
    const slowThere = seriesOf("f", { latency: up(0.02, 0.25), cpu: up(0.15, 0.1), node: "node-2" });
    const others = parts.metrics!.filter(({ labels }) => labels["service"] !== "f" && labels["pod"] !== podNameOf("f"));
    expect(causes({ objects, parts: { metrics: [...others, ...slowThere] } }).join()).not.toContain("node-network");
  });

  it("that loses packets alone is told by its retransmits", () => {
    const { objects, parts } = twoNodes({ latency: up(0.02, 0.1), cpu: up(0.15, 0.1) });
    const retransmits = [
      aCounter("node_netstat_Tcp_RetransSegs", node, up(1, 60)),
      aCounter("node_netstat_Tcp_RetransSegs", { node: "node-2" }, 1),
    ];
    expect(causes({ objects, parts: { metrics: [...parts.metrics!, ...retransmits] } })).toEqual([
      "node-network-packet-loss node-1",
    ]);
  });
});

describe("probes", () => {
  const probe = (over: Partial<ProbeResult> & { from?: object }): ProbeResult => ({
    kind: "tcp",
    target: "cart.shop:8080",
    ok: false,
    message: "i/o timeout",
    ...over,
  });
  const probed = (probes: ProbeResult[], more: KubernetesObject[] = []): Scene => ({
    objects: [...aServiceOf("cart"), ...aServiceOf("store"), ...more],
    parts: { probes },
  });
  const from = (name: string) => ({ from: { kind: "Node", name } });

  it("of a Service that nobody reaches, and nothing explains, are a symptom", () => {
    expect(look(probed([probe({})]))).toMatchObject({
      status: "inconclusive",
      verdicts: [
        {
          causeId: "unexplained-failure",
          object: { kind: "Service", name: "cart" },
          evidence: [{ source: "probe", ref: "cart.shop:8080" }],
        },
      ],
    });
    expect(look(probed([probe({ ok: true })])).status).toBe("healthy");
  });

  it("add to what a rule knows of the Service", () => {
    const wrong = anObject(
      "v1",
      "Service",
      { name: "basket" },
      { spec: { selector: { app: "baskets" }, ports: [{ port: 80 }] } },
    );
    const basket = anObject(
      "apps/v1",
      "Deployment",
      { name: "basket" },
      {
        spec: { replicas: 1, template: { metadata: { labels: { app: "basket" } } } },
        status: { availableReplicas: 1, readyReplicas: 1, updatedReplicas: 1 },
      },
    );
    const { verdicts } = look({
      objects: [wrong, basket],
      parts: { probes: [probe({ target: "http://basket.shop/health", kind: "http", message: "503" })] },
    });
    expect(verdicts.map(({ causeId }) => causeId)).toEqual(["service-selector-mismatch"]);
    expect(verdicts[0]?.evidence.at(-1)).toMatchObject({ source: "probe", path: "http", quote: "failed: 503" });
  });

  it("that fail from one node alone are kube-proxy there", () => {
    const cutOff = [
      probe(from("node-1")),
      probe({ target: "store.shop:8080", ...from("node-1") }),
      probe({ ok: true, ...from("node-2") }),
    ];
    expect(causes(probed(cutOff))[0]).toBe("kube-proxy-down node-1");
    expect(first(probed(cutOff)).confidence).toBe("likely");
    expect(causes(probed(cutOff, [aProxy("node-1", true)]))).not.toContain("kube-proxy-down node-1");
  });

  it("of a service of the node prove it", () => {
    const stopped = probe({ kind: "node-service", target: "node/node-1/kube-proxy", message: "inactive (dead)" });
    expect(first(probed([stopped]))).toMatchObject({
      causeId: "kube-proxy-down",
      object: { kind: "Node", name: "node-1" },
      confidence: "confirmed",
    });
  });

  it("of names tell of cluster DNS where not one is resolved", () => {
    const name = (target: string, ok = false) =>
      probe({ kind: "dns", target, ok, message: "no servers could be reached" });
    expect(causes(probed([name("cart.shop.svc.cluster.local"), name("kubernetes.default.svc.cluster.local")]))).toEqual(
      ["cluster-dns-failure kube-dns"],
    );
    expect(
      causes(probed([name("cart.shop.svc.cluster.local"), name("kubernetes.default.svc.cluster.local", true)])),
    ).toEqual([]);
    expect(causes(probed([name("example.org"), name("example.net")]))).toEqual([]);
  });
});

describe("memory before a kill", () => {
  const used = (value: number | ((minute: number) => number)) =>
    aGauge(
      "container_memory_working_set_bytes",
      { namespace: "shop", pod: "checkout-8-abcde", container: "web" },
      value,
      still,
    );
  const killed = (metrics: MetricSeries[]) =>
    first({
      objects: [
        ...aWorkload(),
        aContainerPod({ resources: { limits: { memory: "100M" } } }, aCrash(137, { reason: "OOMKilled" })),
      ],
      parts: { metrics },
    });

  it("is told in parts of the limit", () => {
    expect(killed([used(98e6)]).evidence).toContainEqual(
      expect.objectContaining({ source: "metric", quote: "largest value before the kill 93.5Mi, 98 % of its limit" }),
    );
  });

  it("is that of this pod, not of one of the same name elsewhere", () => {
    const other = { ...used(98e6), labels: { namespace: "pay", pod: "checkout-8-abcde", container: "web" } };
    expect(killed([other]).evidence.some(({ source }) => source === "metric")).toBe(false);
  });

  it("explains restarts that no status explains", () => {
    const { objects, parts } = services({ cart: { memory: 97e6, limits: { memory: "100M" } } }, [
      {
        name: "kube_pod_container_status_restarts_total",
        labels: { namespace: "shop", pod: podNameOf("cart"), container: "main" },
        points: Array.from({ length: 60 }, (_, at) => [
          noon.getTime() / 1_000 - (60 - at) * 60,
          at < 30 ? 1 : at < 50 ? 2 : 4,
        ]),
      },
    ]);
    expect(first({ objects, parts })).toMatchObject({
      causeId: "container-oom-killed",
      confidence: "likely",
      object: { name: "cart" },
    });
  });
});

describe("alerts about alerting", () => {
  const alerts = (...names: string[]) => ({ alerts: names.map((name) => ({ name, state: "firing", labels: {} })) });
  it("are no incident, and not worth a word beside another alert", () => {
    expect(look({ objects: aServiceOf("cart"), parts: alerts("Watchdog", "InfoInhibitor") })).toMatchObject({
      status: "healthy",
      verdicts: [{ causeId: "meta-alert", severity: "info" }],
    });
    expect(causes({ objects: aServiceOf("cart"), parts: alerts("Watchdog", "KubePodCrashLooping") })).toEqual([]);
  });
});

describe("an API server that refuses", () => {
  it("is told by answers of code 429 where flow control tells nothing", () => {
    const metrics = [
      aCounter("apiserver_request_total", { code: "200" }, 100),
      aCounter("apiserver_request_total", { code: "429" }, up(0, 9)),
    ];
    expect(causes({ objects: [aPod()], parts: { metrics } })).toEqual(["apiserver-overloaded kubernetes"]);
  });
});

it("what only some nodes measure is no reason to doubt the others", () => {
  const metrics = seriesOf("cart");
  expect(
    look({ objects: [...aServiceOf("cart"), aClusterObject("v1", "Node", "node-9")], parts: { metrics } }).verdicts,
  ).toEqual([]);
});
