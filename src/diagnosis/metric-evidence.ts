import { cutText } from "../domain/cut-text.js";
import type { Component, SignalName } from "./build-components.js";
import type { Finding } from "./build-evidence.js";
import type { Trend } from "./find-trend.js";
import { formatBytes, formatCpu } from "./parse-quantity.js";

function round(value: number): string {
  return String(Number(value.toPrecision(2)));
}

/** Seconds as people write them: `12 ms`, `1.4 s`. */
export function formatSeconds(seconds: number): string {
  return seconds < 1 ? `${round(seconds * 1_000)} ms` : `${round(seconds)} s`;
}

export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  return `${percent >= 10 ? Math.round(percent) : round(percent)} %`;
}

const bytesPerSecond = (value: number) => `${formatBytes(value)}/s`;
const perSecond = (value: number) => `${round(value)}/s`;

const shown: Readonly<Record<SignalName, readonly [metric: string, says: string, format: (value: number) => string]>> =
  {
    latency: ["service_latency_seconds", "median latency", formatSeconds],
    tail: ["service_latency_seconds", "latency of the slowest calls", formatSeconds],
    requests: ["service_requests_per_second", "requests", perSecond],
    errors: ["service_success_ratio", "failed requests", formatPercent],
    cpu: ["container_cpu_usage_seconds_total", "CPU", formatCpu],
    cpuOfLimit: ["container_cpu_usage_seconds_total", "CPU, of its limit", formatPercent],
    throttled: ["container_cpu_throttled_ratio", "throttled", formatPercent],
    memory: ["container_memory_working_set_bytes", "memory", formatBytes],
    memoryOfLimit: ["container_memory_working_set_bytes", "memory, of its limit", formatPercent],
    received: ["container_network_receive_bytes_total", "received", bytesPerSecond],
    sent: ["container_network_transmit_bytes_total", "sent", bytesPerSecond],
    packetTrouble: ["container_network_packets_dropped_total", "packets dropped or damaged", perSecond],
    disk: ["container_fs_bytes_total", "disk traffic", bytesPerSecond],
    sockets: ["container_sockets", "open sockets", round],
  };

export function timeOf(seconds: number): string {
  return new Date(Math.min(Math.max(seconds, 0), 8.64e12) * 1_000).toISOString();
}

/** How a signal went: `CPU 120m, before 40m`. */
export function describeSignal(name: SignalName, { before, now, since }: Trend): string {
  const [, says, format] = shown[name];
  return since === undefined ? `${says} ${format(now)}, as before` : `${says} ${format(now)}, before ${format(before)}`;
}

/** What a signal of a component shows, as a card cites it. */
export function signalEvidence(component: Component, name: SignalName, trend: Trend): Finding {
  return {
    source: "metric",
    ref: cutText(component.key, 400),
    path: shown[name][0],
    quote: describeSignal(name, trend),
    ...(trend.since === undefined ? {} : { at: timeOf(trend.since) }),
  };
}

/** One measured value of an object. */
export function measureEvidence(ref: string, metric: string, quote: string, since?: number): Finding {
  return {
    source: "metric",
    ref: cutText(ref, 400),
    path: metric,
    quote,
    ...(since === undefined ? {} : { at: timeOf(since) }),
  };
}

/** Some signals of a component as evidence, each once. */
export function signalsEvidence(component: Component, names: readonly SignalName[]): Finding[] {
  return [...new Set(names)].flatMap((name) => {
    const trend = component.signals.get(name);
    return trend ? [signalEvidence(component, name, trend)] : [];
  });
}
