import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { MetricSeries } from "../../src/domain/snapshot.js";
import { aCondition, after, anObject, noon } from "./kubernetes.js";

const end = noon.getTime() / 1_000;

/** Noise that is the same in every run: numbers in [0, 1). */
export function aRandom(seed = 1): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export interface Recording {
  minutes?: number;
  step?: number;
  /** Parts of the value by which it wavers. */
  noise?: number;
  seed?: number;
  unit?: string;
}

function seedOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 65_521, 7);
}

/** A gauge that ends at noon: `level` tells its value by the minutes before noon, negative ones. */
export function aGauge(
  name: string,
  labels: Record<string, string>,
  level: number | ((minute: number) => number),
  { minutes = 60, step = 30, noise = 0.08, seed = 0, unit }: Recording = {},
): MetricSeries {
  const random = aRandom(seed + seedOf(name + JSON.stringify(labels)));
  const points: [number, number][] = [];
  for (let time = end - minutes * 60; time <= end; time += step) {
    const value = typeof level === "number" ? level : level((time - end) / 60);
    points.push([time, value * (1 + noise * (random() + random() - 1) * 1.5)]);
  }
  return { name, labels, points, ...(unit === undefined ? {} : { unit }) };
}

/** A counter that grows at that rate in each second. */
export function aCounter(
  name: string,
  labels: Record<string, string>,
  rate: number | ((minute: number) => number),
  recording: Recording = {},
): MetricSeries {
  let total = 1_000;
  const { points, ...rest } = aGauge(name, labels, rate, recording);
  return {
    ...rest,
    points: points.map(([time, value], index) => {
      total += value * (time - (points[index - 1]?.[0] ?? time));
      return [time, total] as [number, number];
    }),
  };
}

/** One level until some minutes before noon, another one from then on. */
export const stepAt =
  (minute: number, before: number, now: number) =>
  (at: number): number =>
    at < minute ? before : now;

/** What a service of an application does; the levels of a healthy one unless told otherwise. */
export interface ServiceLevels {
  calls?: readonly string[];
  latency?: number | ((minute: number) => number);
  tail?: number | ((minute: number) => number);
  requests?: number | ((minute: number) => number);
  success?: number | ((minute: number) => number);
  cpu?: number | ((minute: number) => number);
  memory?: number | ((minute: number) => number);
  bytes?: number | ((minute: number) => number);
  node?: string;
  limits?: Record<string, string>;
}

/** A service of namespace `shop`: its Deployment, Service and one pod. */
export function aServiceOf(
  name: string,
  { calls = [], node = "node-1", limits }: ServiceLevels = {},
): KubernetesObject[] {
  const env = calls.map((callee) => ({ name: `${callee.toUpperCase()}_ADDR`, value: `${callee}:8080` }));
  const container = { name: "main", image: "registry.local/app:1", env, ...(limits ? { resources: { limits } } : {}) };
  const labels = { app: name };
  return [
    anObject(
      "apps/v1",
      "Deployment",
      { name, uid: `uid-${name}`, creationTimestamp: after(-864_000) },
      {
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
        status: { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 },
      },
    ),
    anObject(
      "apps/v1",
      "ReplicaSet",
      {
        name: `${name}-5d9f8b7c6d`,
        uid: `uid-rs-${name}`,
        creationTimestamp: after(-864_000),
        annotations: { "deployment.kubernetes.io/revision": "1" },
        ownerReferences: [{ kind: "Deployment", name, uid: `uid-${name}`, controller: true }],
      },
      {
        spec: { replicas: 1, template: { metadata: { labels }, spec: { containers: [container] } } },
        status: { replicas: 1, readyReplicas: 1 },
      },
    ),
    anObject(
      "v1",
      "Pod",
      {
        name: podNameOf(name),
        labels,
        creationTimestamp: after(-864_000),
        ownerReferences: [{ kind: "ReplicaSet", name: `${name}-5d9f8b7c6d`, uid: `uid-rs-${name}`, controller: true }],
      },
      {
        spec: { nodeName: node, containers: [container] },
        status: {
          phase: "Running",
          conditions: [aCondition("Ready", "True")],
          containerStatuses: [
            { name: "main", ready: true, restartCount: 0, state: { running: { startedAt: after(-864_000) } } },
          ],
        },
      },
    ),
    anObject(
      "v1",
      "Service",
      { name, creationTimestamp: after(-864_000) },
      { spec: { selector: labels, ports: [{ port: 8080 }] } },
    ),
  ];
}

export function podNameOf(service: string): string {
  return `${service}-5d9f8b7c6d-x2x4z`;
}

/** What is measured of it: latencies, requests, success, CPU, memory and bytes sent. */
export function seriesOf(name: string, levels: ServiceLevels = {}, recording: Recording = {}): MetricSeries[] {
  const service = { namespace: "shop", service: name };
  const container = { namespace: "shop", pod: podNameOf(name), container: "main" };
  const pod = { namespace: "shop", pod: podNameOf(name) };
  const { latency = 0.02, requests = 50, cpu = 0.15, memory = 120e6, bytes = 200_000 } = levels;
  const tail = levels.tail ?? (typeof latency === "number" ? latency * 4 : (minute: number) => latency(minute) * 2.5);
  const success = levels.success ?? 0.9995;
  return [
    aGauge("service_latency_seconds", { ...service, quantile: "0.5" }, latency, recording),
    aGauge("service_latency_seconds", { ...service, quantile: "0.95" }, tail, recording),
    aGauge("service_requests_per_second", service, requests, recording),
    aGauge("service_success_ratio", service, success, { ...recording, noise: 0.0003 }),
    aCounter("container_cpu_usage_seconds_total", container, cpu, recording),
    aGauge("container_memory_working_set_bytes", container, memory, { ...recording, noise: 0.02 }),
    aCounter("container_network_transmit_bytes_total", pod, bytes, recording),
    aCounter("container_network_receive_bytes_total", pod, bytes, recording),
  ];
}
