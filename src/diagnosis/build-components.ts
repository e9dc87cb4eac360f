import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { findTrend, type Trend } from "./find-trend.js";
import {
  combine,
  labelOf,
  type LaidSeries,
  metricsOf,
  type MetricIndex,
  namespaceOf,
  podLabels,
  ratioOf,
} from "./metric-index.js";
import { parseQuantity } from "./parse-quantity.js";
import { ownerOf } from "./resolve-subject.js";
import { refText, type ScopeModel } from "./scope-model.js";

/** What is measured of a component; `cpuOfLimit` and `memoryOfLimit` are parts of the container's own limit. */
export type SignalName =
  | "latency"
  | "tail"
  | "requests"
  | "errors"
  | "cpu"
  | "cpuOfLimit"
  | "throttled"
  | "memory"
  | "memoryOfLimit"
  | "received"
  | "sent"
  | "packetTrouble"
  | "disk"
  | "sockets";

/** A workload, or a Service without one, with what was measured of it. */
export interface Component {
  key: string;
  /** What a person would change. */
  owner: KubernetesObject;
  namespace: string | undefined;
  name: string;
  /** Names of the nodes that its pods are on. */
  nodes: ReadonlySet<string>;
  replicas: number;
  signals: ReadonlyMap<SignalName, Trend>;
}

interface Part {
  part: string;
  /** Of a pod as a whole, rather than of one of its containers. */
  whole: boolean;
  values: readonly number[];
}

interface Parts {
  owner: KubernetesObject;
  /** The values of each series, by signal; of those of a pod, by the pod, too. */
  values: Map<SignalName, Part[]>;
}

const plain: readonly (readonly [SignalName, ...string[]])[] = [
  ["requests", "service_requests_per_second"],
  ["memory", "container_memory_working_set_bytes", "container_memory_usage_bytes", "container_memory_rss"],
  ["received", "container_network_receive_bytes_total"],
  ["sent", "container_network_transmit_bytes_total"],
  ["sockets", "container_sockets"],
];
/** Names whose series add up, unlike those above, of which the first that is there counts. */
const added: readonly (readonly [SignalName, ...string[]])[] = [
  [
    "packetTrouble",
    "container_network_receive_packets_dropped_total",
    "container_network_transmit_packets_dropped_total",
    "container_network_receive_errors_total",
    "container_network_transmit_errors_total",
  ],
  ["disk", "container_fs_reads_bytes_total", "container_fs_writes_bytes_total"],
];
const cpuNames = ["container_cpu_usage_seconds_total", "pod_cpu_usage_seconds_total"] as const;
const modes: Partial<Record<SignalName, "sum" | "mean" | "max">> = {
  latency: "max",
  tail: "max",
  errors: "max",
  cpuOfLimit: "max",
  memoryOfLimit: "max",
  throttled: "max",
};

/** The limit of a container: from its pod's spec, else as a metric tells it. */
function limitsOf(
  model: ScopeModel,
  metrics: MetricIndex,
): (labels: LaidSeries["labels"], of: "cpu" | "memory") => number | undefined {
  const byMetric = new Map<string, number>();
  const key = (labels: LaidSeries["labels"], of: string) =>
    `${of} ${namespaceOf(model, labels) ?? ""}/${labelOf(labels, ...podLabels) ?? ""}/${labelOf(labels, "container", "container_name") ?? ""}`;
  const put = (name: string, of: string, value: (series: LaidSeries) => number) => {
    for (const series of metrics.named(name)) {
      const amount = value(series);
      // Without a limit the kernel's own largest number stands there.
      if (amount > 0 && amount < 2 ** 60) byMetric.set(key(series.labels, of), amount);
    }
  };
  put("container_spec_memory_limit_bytes", "memory", ({ last }) => last);
  put("container_spec_cpu_quota", "cpu", ({ last }) => last / 100_000);
  for (const resource of ["memory", "cpu"])
    put("kube_pod_container_resource_limits", resource, ({ labels, last }) =>
      labels["resource"] === resource ? last : 0,
    );
  return (labels, of) => {
    const metric = byMetric.get(key(labels, of));
    if (metric !== undefined) return metric;
    const name = labelOf(labels, ...podLabels);
    const pod =
      (name === undefined ? undefined : model.find("Pod", namespaceOf(model, labels), name)) ??
      at(ownerOf(model, labels), "spec", "template");
    const containers = listAt(pod, "spec", "containers");
    const container = labelOf(labels, "container", "container_name");
    const found =
      containers.find((entry) => textAt(entry, "name") === container) ??
      (containers.length === 1 ? containers[0] : undefined);
    return parseQuantity(at(found, "resources", "limits", of));
  };
}

/** The quantile of a latency; an average counts as the middle. */
function latencySignal(labels: LaidSeries["labels"]): SignalName {
  const text = labelOf(labels, "quantile", "percentile", "le") ?? "0.5";
  const quantile = Number(text.replace(/^p/i, ""));
  return (quantile > 1 ? quantile / 100 : quantile) >= 0.75 ? "tail" : "latency";
}

/** Series of one subject that tell the same twice: those of a pod as a whole, beside those of its containers. */
function withoutWholes(parts: readonly Part[]): (readonly number[])[] {
  const detailed = new Set(parts.filter(({ whole }) => !whole).map(({ part }) => part));
  return parts.filter(({ part, whole }) => !whole || !detailed.has(part)).map(({ values }) => values);
}

const known = new WeakMap<ScopeModel, readonly Component[]>();

/** Everything that metrics tell of workloads and Services, one component for each, by name. */
export function componentsOf(model: ScopeModel): readonly Component[] {
  const found = known.get(model);
  if (found) return found;
  const made = buildComponents(model);
  known.set(model, made);
  return made;
}

function buildComponents(model: ScopeModel): readonly Component[] {
  const metrics = metricsOf(model);
  const { grid } = metrics;
  if (!grid) return [];
  const all = new Map<string, Parts>();
  const owners = new Map<string, KubernetesObject | undefined>();
  const ownerOfPod = (labels: LaidSeries["labels"]): KubernetesObject | undefined => {
    const pod = labelOf(labels, ...podLabels);
    if (pod === undefined) return ownerOf(model, labels);
    const key = `${namespaceOf(model, labels) ?? ""}/${pod}`;
    if (!owners.has(key)) owners.set(key, ownerOf(model, labels));
    return owners.get(key);
  };
  const keys = new Map<KubernetesObject, string>();
  const keyOf = (owner: KubernetesObject): string => {
    const known = keys.get(owner);
    if (known !== undefined) return known;
    const made = refText(owner);
    keys.set(owner, made);
    return made;
  };
  const put = (signal: SignalName, series: LaidSeries, values: readonly number[] = series.values): void => {
    const { labels } = series;
    const container = labelOf(labels, "container", "container_name");
    if (container === "POD" && signal !== "received" && signal !== "sent" && signal !== "packetTrouble") return;
    const owner = ownerOfPod(labels);
    if (!owner) return;
    const key = keyOf(owner);
    const parts = all.get(key) ?? { owner, values: new Map<SignalName, Part[]>() };
    all.set(key, parts);
    const entry = { part: labelOf(labels, ...podLabels) ?? "", whole: container === undefined, values };
    const same = parts.values.get(signal);
    if (same) same.push(entry);
    else parts.values.set(signal, [entry]);
  };
  for (const [signal, ...names] of plain) {
    const name = names.find((entry) => metrics.named(entry).length > 0);
    if (name !== undefined) for (const series of metrics.named(name)) put(signal, series);
  }
  for (const [signal, ...names] of added)
    for (const name of names) for (const series of metrics.named(name)) put(signal, series);
  for (const series of metrics.named("service_latency_seconds")) put(latencySignal(series.labels), series);
  for (const series of metrics.named("service_success_ratio")) {
    const scale = series.values.some((value) => value > 1.5) ? 100 : 1;
    put(
      "errors",
      series,
      series.values.map((value) => Math.max(0, 1 - value / scale)),
    );
  }
  const limit = limitsOf(model, metrics);
  const cpu = cpuNames.find((name) => metrics.named(name).length > 0);
  if (cpu !== undefined)
    for (const series of metrics.named(cpu)) {
      put("cpu", series);
      const most = limit(series.labels, "cpu");
      if (most !== undefined)
        put(
          "cpuOfLimit",
          series,
          series.values.map((value) => value / most),
        );
    }
  for (const series of metrics.named("container_memory_working_set_bytes")) {
    const most = limit(series.labels, "memory");
    if (most !== undefined)
      put(
        "memoryOfLimit",
        series,
        series.values.map((value) => value / most),
      );
  }
  putThrottling(metrics, put);
  const components = [...all].map(([key, { owner, values }]): Component => {
    const signals = new Map<SignalName, Trend>();
    for (const [signal, parts] of values) {
      const trend = findTrend(combine(withoutWholes(parts), modes[signal] ?? "sum"), grid);
      if (trend) signals.set(signal, trend);
    }
    const pods = model.podsOf(owner);
    const nodes = pods.flatMap((pod) => textAt(pod, "spec", "nodeName") ?? []);
    const { namespace, name } = owner.metadata;
    return { key, owner, namespace, name, nodes: new Set(nodes), replicas: pods.length, signals };
  });
  return components.sort((left, right) => (left.key < right.key ? -1 : 1));
}

function putThrottling(
  metrics: MetricIndex,
  put: (signal: SignalName, series: LaidSeries, values?: readonly number[]) => void,
): void {
  const ratios = metrics.named("container_cpu_throttled_ratio");
  for (const series of ratios) {
    const scale = series.values.some((value) => value > 1.5) ? 100 : 1;
    put(
      "throttled",
      series,
      series.values.map((value) => value / scale),
    );
  }
  if (ratios.length > 0) return;
  const id = ({ namespace, pod, container }: LaidSeries["labels"]) =>
    `${namespace ?? ""}/${pod ?? ""}/${container ?? ""}`;
  const periods = new Map(
    metrics.named("container_cpu_cfs_periods_total").map((series) => [id(series.labels), series.values]),
  );
  for (const series of metrics.named("container_cpu_cfs_throttled_periods_total")) {
    const of = periods.get(id(series.labels));
    if (of) put("throttled", series, ratioOf(series.values, of));
  }
}
