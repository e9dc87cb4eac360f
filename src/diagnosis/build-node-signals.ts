import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { findTrend, type Trend } from "./find-trend.js";
import { combine, type LaidSeries, type MetricIndex, metricsOf, nodeOfSeries, ratioOf } from "./metric-index.js";
import { parseQuantity } from "./parse-quantity.js";
import type { ScopeModel } from "./scope-model.js";

/** What is measured of a node, as parts of what it has, or by the second. */
export type NodeSignal =
  | "cpuUsed"
  | "memoryFree"
  | "diskFree"
  | "conntrack"
  | "clockOffset"
  | "retransmits"
  | "packetTrouble"
  | "portsUsed"
  | "podsOfMost"
  | "ready";

export interface NodeSignals {
  name: string;
  /** A stand-in where the snapshot does not have it. */
  node: KubernetesObject;
  signals: ReadonlyMap<NodeSignal, Trend>;
  /** The values on the grid, for what a trend does not tell. */
  values: ReadonlyMap<NodeSignal, readonly number[]>;
}

/** Ports from which a connection may start, unless a node says otherwise. */
const usualPorts = 28_232;
const usualPods = 110;
const virtualDevice = /^(?:lo|veth|cali|cni|docker|flannel|vxlan|tunl|cilium|lxc)/;

function byNode(model: ScopeModel, series: readonly LaidSeries[]): Map<string, LaidSeries[]> {
  const found = new Map<string, LaidSeries[]>();
  for (const entry of series) {
    const name = nodeOfSeries(model, entry.labels);
    if (name === undefined) continue;
    const same = found.get(name);
    if (same) same.push(entry);
    else found.set(name, [entry]);
  }
  return found;
}

/** Everything that metrics tell of nodes, by name. */
export function buildNodeSignals(model: ScopeModel): readonly NodeSignals[] {
  const metrics = metricsOf(model);
  const { grid } = metrics;
  if (!grid) return [];
  const all = new Map<string, Map<NodeSignal, readonly number[]>>();
  const put = (name: string, signal: NodeSignal, values: readonly number[]): void => {
    if (values.length > 0)
      all.set(name, (all.get(name) ?? new Map<NodeSignal, readonly number[]>()).set(signal, values));
  };
  const nodeOf = (name: string) => model.find("Node", undefined, name);
  const sums = (name: string, keep: (labels: LaidSeries["labels"]) => boolean = () => true) => {
    const series = metrics.named(name).filter(({ labels }) => keep(labels));
    return new Map(
      [...byNode(model, series)].map(([node, found]) => [
        node,
        combine(
          found.map(({ values }) => values),
          "sum",
        ),
      ]),
    );
  };
  const ratios = (signal: NodeSignal, part: string, whole: ReadonlyMap<string, readonly number[]>) => {
    for (const [name, values] of sums(part)) {
      const of = whole.get(name);
      if (of) put(name, signal, ratioOf(values, of));
    }
  };
  ratios("conntrack", "node_nf_conntrack_entries", sums("node_nf_conntrack_entries_limit"));
  for (const [name, values] of sums("node_memory_MemAvailable_bytes")) {
    const total = sums("node_memory_MemTotal_bytes").get(name);
    const capacity = parseQuantity(at(nodeOf(name), "status", "capacity", "memory"));
    const whole = total ?? (capacity === undefined ? undefined : values.map(() => capacity));
    if (whole) put(name, "memoryFree", ratioOf(values, whole));
  }
  putCpu(model, metrics, put);
  putDisk(model, metrics, put);
  for (const [name, values] of sums("node_timex_offset_seconds")) put(name, "clockOffset", values.map(Math.abs));
  for (const [name, values] of sums("node_netstat_Tcp_RetransSegs")) put(name, "retransmits", values);
  const device = ({ device: called }: LaidSeries["labels"]) => called === undefined || !virtualDevice.test(called);
  const trouble = ["receive_drop", "transmit_drop", "receive_errs", "transmit_errs"]
    .map((kind) => sums(`node_network_${kind}_total`, device))
    .reduce((whole, part) => {
      for (const [name, values] of part) whole.set(name, [...(whole.get(name) ?? []), values]);
      return whole;
    }, new Map<string, number[][]>());
  for (const [name, values] of trouble) put(name, "packetTrouble", combine(values, "sum"));
  const waiting = sums("node_sockstat_TCP_tw");
  const used = sums("node_sockstat_TCP_inuse");
  for (const name of new Set([...waiting.keys(), ...used.keys()])) {
    const values = combine(
      [waiting.get(name) ?? [], used.get(name) ?? []].filter((entry) => entry.length > 0),
      "sum",
    );
    put(
      name,
      "portsUsed",
      values.map((value) => value / usualPorts),
    );
  }
  for (const [name, values] of sums("kubelet_running_pods")) {
    const most = parseQuantity(at(nodeOf(name), "status", "capacity", "pods")) ?? usualPods;
    put(
      name,
      "podsOfMost",
      values.map((value) => value / most),
    );
  }
  const ready = ({ condition, status }: LaidSeries["labels"]) => condition === "Ready" && status === "true";
  for (const [name, values] of sums("kube_node_status_condition", ready)) put(name, "ready", values);
  return [...all]
    .map(([name, values]): NodeSignals => {
      const trends = [...values].flatMap(([signal, entry]) => {
        const trend = findTrend(entry, grid);
        return trend ? [[signal, trend] as const] : [];
      });
      const node = nodeOf(name) ?? { apiVersion: "v1", kind: "Node", metadata: { name } };
      return { name, node, values, signals: new Map(trends) };
    })
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

type Put = (name: string, signal: NodeSignal, values: readonly number[]) => void;

/** CPU in use, of all cores: what is not idle. */
function putCpu(model: ScopeModel, metrics: MetricIndex, put: Put): void {
  for (const [name, series] of byNode(model, metrics.named("node_cpu_seconds_total"))) {
    const idle = series.filter(({ labels }) => labels["mode"] === "idle");
    const cores = new Set(idle.map(({ labels }) => labels["cpu"] ?? "")).size;
    const capacity = parseQuantity(at(model.find("Node", undefined, name), "status", "capacity", "cpu"));
    const whole = cores > 1 || idle[0]?.labels["cpu"] !== undefined ? cores : capacity;
    if (idle.length === 0 || whole === undefined || whole <= 0) continue;
    const free = combine(
      idle.map(({ values }) => values),
      "sum",
    );
    put(
      name,
      "cpuUsed",
      free.map((value) => Math.max(0, 1 - value / whole)),
    );
  }
}

/** The free part of the fullest file system that pods share. */
function putDisk(model: ScopeModel, metrics: MetricIndex, put: Put): void {
  const shared = ({ mountpoint }: LaidSeries["labels"]) =>
    mountpoint === undefined ||
    mountpoint === "/" ||
    /^\/var(?:\/lib(?:\/(?:kubelet|containerd|docker))?)?$/.test(mountpoint);
  const key = ({ device, mountpoint }: LaidSeries["labels"]) => `${device ?? ""} ${mountpoint ?? ""}`;
  const sizes = byNode(
    model,
    metrics.named("node_filesystem_size_bytes").filter(({ labels }) => shared(labels)),
  );
  for (const [name, series] of byNode(
    model,
    metrics.named("node_filesystem_avail_bytes").filter(({ labels }) => shared(labels)),
  )) {
    const free = series.flatMap(({ labels, values }) => {
      const size = sizes.get(name)?.find((entry) => key(entry.labels) === key(labels));
      return size ? [ratioOf(values, size.values).map((value) => -value)] : [];
    });
    put(
      name,
      "diskFree",
      combine(free, "max").map((value) => -value),
    );
  }
}

/** Is a condition of a node told by the node itself? */
export function tells(node: KubernetesObject, type: string): boolean {
  return listAt(node, "status", "conditions").some((condition) => textAt(condition, "type") === type);
}
