import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { MetricSeries, Snapshot } from "../../../../src/domain/snapshot.js";
import { aClusterObject, aCondition, after, anObject } from "../../../builders/kubernetes.js";
import {
  aCounter,
  aGauge,
  aServiceOf,
  podNameOf,
  seriesOf,
  type ServiceLevels,
  stepAt,
} from "../../../builders/metrics.js";

interface MetricScene {
  objects: readonly KubernetesObject[];
  parts: Partial<Snapshot>;
}

const usual: Record<string, ServiceLevels> = { front: { calls: ["cart"], latency: 0.06 }, cart: { latency: 0.01 } };
const up = (before: number, now: number) => stepAt(-15, before, now);

/** `front` calls `cart`; what differs from a healthy hour is told. */
export function services(levels: Record<string, ServiceLevels>, more: readonly MetricSeries[] = []): MetricScene {
  const all = Object.entries({ ...usual, ...levels }).map(([name, of]) => [name, { ...usual[name], ...of }] as const);
  return {
    objects: all.flatMap(([name, of]) => aServiceOf(name, of)),
    parts: { metrics: [...all.flatMap(([name, of]) => seriesOf(name, of)), ...more] },
  };
}

export function aNode(name: string, status: Record<string, unknown> = {}): KubernetesObject {
  return aClusterObject("v1", "Node", name, {
    status: {
      capacity: { cpu: "4", memory: "8Gi", pods: "110" },
      conditions: [aCondition("Ready", "True")],
      ...status,
    },
  });
}

export function onNode(...metrics: MetricSeries[]): MetricScene {
  return { objects: [...aServiceOf("cart"), aNode("node-1")], parts: { metrics } };
}

const slowFront = { latency: up(0.06, 0.3) };

/** `cart` after a rollout a minute before it got slow. */
export function rolledOut(levels: ServiceLevels, minutesBefore = 16): MetricScene {
  const { objects, parts } = services({ front: levels.latency === undefined ? {} : slowFront, cart: levels });
  const older = objects.find(({ kind, metadata }) => kind === "ReplicaSet" && metadata.name.startsWith("cart"))!;
  const newer = structuredClone(older) as KubernetesObject & {
    spec: { template: { spec: { containers: { image: string }[] } } };
  };
  newer.metadata = {
    ...newer.metadata,
    name: "cart-new",
    creationTimestamp: after(-minutesBefore * 60),
    annotations: { "deployment.kubernetes.io/revision": "2" },
  };
  newer.spec.template.spec.containers[0]!.image = "registry.local/app:2";
  const pod = objects.find(({ metadata }) => metadata.name === podNameOf("cart"))!;
  const moved = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ownerReferences: [{ kind: "ReplicaSet", name: "cart-new", uid: "x", controller: true }],
    },
  };
  return { objects: [...objects.filter((object) => object !== pod), newer, moved], parts };
}

/** Three services on each of two nodes. */
export function twoNodes(onFirst: ServiceLevels): MetricScene {
  const names = ["a", "b", "c", "d", "e", "f"];
  const of = (name: string): ServiceLevels =>
    names.indexOf(name) < 3 ? { ...onFirst, node: "node-1" } : { node: "node-2" };
  return {
    objects: [...names.flatMap((name) => aServiceOf(name, of(name))), aNode("node-1"), aNode("node-2")],
    parts: { metrics: names.flatMap((name) => seriesOf(name, of(name))) },
  };
}

export function aProxy(node: string, ready: boolean): KubernetesObject {
  return anObject(
    "v1",
    "Pod",
    {
      name: `kube-proxy-${node}`,
      namespace: "kube-system",
      labels: { "k8s-app": "kube-proxy" },
      creationTimestamp: after(-86_400),
    },
    {
      spec: { nodeName: node, containers: [{ name: "kube-proxy" }] },
      status: { phase: "Running", conditions: [aCondition("Ready", ready ? "True" : "False")] },
    },
  );
}

const node = { node: "node-1" };

/** One scene for each rule that reads metrics, probes, alerts or changes. */
export const metricScenes: Readonly<Record<string, MetricScene>> = {
  "cpu-throttled": services(
    { front: slowFront, cart: { latency: up(0.01, 0.2), cpu: up(0.2, 0.48), limits: { cpu: "500m" } } },
    [
      aGauge(
        "container_cpu_throttled_ratio",
        { namespace: "shop", pod: podNameOf("cart"), container: "main" },
        up(0.02, 0.6),
      ),
    ],
  ),
  "cpu-saturated": services({ front: slowFront, cart: { latency: up(0.01, 0.2), cpu: up(0.2, 1.6) } }),
  "network-latency": services({
    front: slowFront,
    cart: { latency: up(0.01, 0.2), cpu: up(0.2, 0.15), requests: up(50, 30), bytes: up(2e5, 1.2e5) },
  }),
  "network-packet-loss": services({
    front: { tail: up(0.2, 0.9) },
    cart: {
      latency: up(0.01, 0.013),
      tail: up(0.04, 0.6),
      success: up(0.9995, 0.95),
      cpu: up(0.2, 0.15),
      bytes: up(2e5, 1.2e5),
    },
  }),
  "revision-regression": rolledOut({ latency: up(0.01, 0.2) }),
  "conntrack-table-full": onNode(
    aGauge("node_nf_conntrack_entries", node, up(60_000, 131_000), { noise: 0.001 }),
    aGauge("node_nf_conntrack_entries_limit", node, 131_072, { noise: 0 }),
  ),
  "ephemeral-ports-exhausted": onNode(aGauge("node_sockstat_TCP_tw", node, up(2_000, 28_000), { noise: 0.01 })),
  "node-clock-skew": onNode(aGauge("node_timex_offset_seconds", node, -3)),
  "kubelet-too-many-pods": onNode(aGauge("kubelet_running_pods", node, 110, { noise: 0 })),
  "node-flapping": onNode(
    aGauge(
      "kube_node_status_condition",
      { ...node, condition: "Ready", status: "true" },
      (minute) => (Math.floor(minute / 6) % 2 === 0 ? 1 : 0),
      { noise: 0 },
    ),
  ),
  "apiserver-overloaded": onNode(
    aCounter(
      "apiserver_flowcontrol_rejected_requests_total",
      { flow_schema: "service-accounts", priority_level: "workload-low" },
      up(0, 12),
    ),
  ),
  "node-network-latency": twoNodes({ latency: up(0.02, 0.25), cpu: up(0.15, 0.1), bytes: up(2e5, 1e5) }),
  "node-network-packet-loss": twoNodes({
    latency: up(0.02, 0.025),
    tail: up(0.08, 0.9),
    success: up(0.9995, 0.95),
    cpu: up(0.15, 0.1),
  }),
  "kube-proxy-down": {
    objects: [aNode("node-1"), aNode("node-2"), aProxy("node-1", false), aProxy("node-2", true)],
    parts: {},
  },
  "meta-alert": { objects: aServiceOf("cart"), parts: { alerts: [{ name: "Watchdog", state: "firing", labels: {} }] } },
};
