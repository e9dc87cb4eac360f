import type { MetricsAnswer } from "../domain/gateway-api.js";
import type { MetricSeries } from "../domain/snapshot.js";
import type { MetricsSource } from "./ports.js";

/** What is asked of Prometheus, by its own names; those of services are recording rules of the installation, where it has them. */
const names = [
  "container_memory_working_set_bytes",
  "container_cpu_usage_seconds_total",
  "container_cpu_cfs_throttled_periods_total",
  "container_cpu_cfs_periods_total",
  "container_network_receive_bytes_total",
  "container_network_transmit_bytes_total",
  "container_network_receive_packets_dropped_total",
  "container_network_transmit_packets_dropped_total",
  "kube_pod_container_resource_limits",
  "kube_pod_container_status_restarts_total",
  "kubelet_volume_stats_used_bytes",
  "kubelet_volume_stats_capacity_bytes",
  "service_requests_per_second",
  "service_latency_seconds",
  "service_success_ratio",
] as const;

/** Labels that rules read; the others may say anything, and as much of it as they like. */
const labels = new Set([
  "namespace",
  "pod",
  "container",
  "service",
  "node",
  "workload",
  "deployment",
  "interface",
  "persistentvolumeclaim",
  "quantile",
  "resource",
  "unit",
]);
const hourMs = 3_600_000;
const stepSeconds = 30;
const mostSeries = 1_500;

function keep(name: string, found: { labels: Record<string, string>; points: [number, number][] }): MetricSeries {
  const known = Object.entries(found.labels).filter(([label]) => labels.has(label));
  return {
    name,
    labels: Object.fromEntries(known.map(([label, value]) => [label, value.slice(0, 253)])),
    points: found.points,
  };
}

/**
 * Reads the last hour of one namespace: what is asked is written here and nowhere else, so no run can ask for another
 * namespace or for a costly query.
 * @param namespace of the caller's run, never of its request.
 */
export async function readMetrics(source: MetricsSource | null, namespace: string, now: Date): Promise<MetricsAnswer> {
  if (!source) return { state: "absent", series: [] };
  const range = { from: new Date(now.getTime() - hourMs), to: now, stepSeconds };
  const asked = await Promise.allSettled(
    names.map(async (name) => {
      const found = await source.range(`${name}{namespace=${JSON.stringify(namespace)}}`, range);
      return found.map((series) => keep(name, series));
    }),
  );
  const answered = asked.filter((answer) => answer.status === "fulfilled");
  const all = answered.flatMap(({ value }) => value);
  if (answered.length === 0) return { state: "absent", series: [] };
  const whole = answered.length === names.length && all.length <= mostSeries;
  return { state: whole ? "full" : "partial", series: all.slice(0, mostSeries) };
}
