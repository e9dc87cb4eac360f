import type { Component, SignalName } from "./build-components.js";
import { growthOf, moreThan, type Symptom } from "./decide-symptom.js";
import type { Rival } from "./find-rivals.js";
import { factorOf, rose, type Trend } from "./find-trend.js";

/** What, of what is measured in a component, accounts for it answering worse. */
export type Reason = "cpu" | "throttled" | "memory" | "disk" | "sockets" | "loss" | "latency" | "errors" | "unclear";

export interface Suspect {
  component: Component;
  reason: Reason;
  /** The signals that speak for the reason, the most telling first. */
  shows: readonly SignalName[];
  /** Is the reason itself measured, rather than concluded from what is not there? */
  measured: boolean;
  /** What the same figures fit as well. */
  rivals?: readonly Rival[];
}

const megabyte = 1_048_576;

/** Components that answer worse since about one time. */
export interface Incident {
  members: readonly { component: Component; symptom: Symptom }[];
  since: number;
  tolerance: number;
}

/** Did a signal change in time to account for what follows? What grows slowly is seen only after a while. */
function inTime(trend: Trend, { since, tolerance }: Incident): boolean {
  const late = trend.shape === "ramp" ? Math.max(300, tolerance) : tolerance;
  return trend.since !== undefined && trend.since <= since + late;
}

/** What a component is short of, or busy with, since the incident began. */
export function resourceOf(component: Component, incident: Incident): (Suspect & { strength: number }) | undefined {
  const { signals } = component;
  const growth = growthOf(component);
  const get = (name: SignalName) => signals.get(name);
  const of = (reason: Reason, strength: number, ...shows: SignalName[]) => ({
    component,
    reason,
    shows: shows.filter((name) => signals.has(name)),
    measured: true,
    strength,
  });
  const [cpu, ofLimit, throttled] = [get("cpu"), get("cpuOfLimit"), get("throttled")];
  const more = rose(cpu, 1.2) && inTime(cpu, incident);
  const held = throttled !== undefined && throttled.goesOn && throttled.now >= 0.25;
  if (held && ((rose(throttled, 1.5) && inTime(throttled, incident)) || more))
    return of("throttled", 3 + throttled.now, "throttled", "cpuOfLimit", "cpu");
  const full = ofLimit !== undefined && ofLimit.goesOn && ofLimit.now >= 0.85;
  if (full && more) return of("cpu", 3 + Math.log2(factorOf(cpu) / growth + 1), "cpuOfLimit", "cpu");
  if (moreThan(cpu, 2 * growth, 0.1) && inTime(cpu, incident))
    return of("cpu", Math.log2(factorOf(cpu) / growth), "cpu", "cpuOfLimit");
  const packets = get("packetTrouble");
  if (moreThan(packets, 2, 0.5) && inTime(packets, incident)) return of("loss", 3, "packetTrouble", "tail", "latency");
  const [memory, memoryOfLimit] = [get("memory"), get("memoryOfLimit")];
  const near = memoryOfLimit !== undefined && memoryOfLimit.goesOn && memoryOfLimit.now >= 0.9;
  if (near && rose(memory, 1.1) && inTime(memory, incident)) return of("memory", 2.5, "memoryOfLimit", "memory");
  if (moreThan(memory, 1.5, 100 * megabyte, 6) && inTime(memory, incident))
    return of("memory", Math.min(2, Math.log2(factorOf(memory))), "memory");
  const disk = get("disk");
  if (moreThan(disk, 3, megabyte, 6) && inTime(disk, incident)) return of("disk", 1.5, "disk");
  const sockets = get("sockets");
  if (moreThan(sockets, 2, 50, 6) && inTime(sockets, incident)) return of("sockets", 1, "sockets");
  return undefined;
}

/** Seconds until a lost packet is sent again, a little less than Linux waits at least. */
const resend = 0.15;

/** What is left where nothing in a component is busier than before: its network, its errors, or nothing that is known. */
export function networkReason(component: Component, symptom: Symptom): Suspect {
  const { signals } = component;
  const [cpu, latency, tail] = [signals.get("cpu"), signals.get("latency"), signals.get("tail")];
  const of = (reason: Reason, ...shows: SignalName[]): Suspect => ({
    component,
    reason,
    shows: shows.filter((name) => signals.has(name)),
    measured: false,
  });
  if (!symptom.slow) return of("errors", "errors");
  // Without the CPU's own figures, work and waiting look alike.
  if (!cpu || rose(cpu, 1.3)) return of("unclear", "latency", "tail", "errors");
  const middle = rose(latency, 1.4) ? factorOf(latency) : 1;
  const end = rose(tail, 1.4) ? factorOf(tail) : 1;
  const timesOut = symptom.failing !== undefined;
  const uneven = tail !== undefined && latency !== undefined ? end >= 2 && end >= 1.8 * middle : timesOut;
  // One slow pod among several shows in the slowest calls alone, too.
  const lossy = uneven && (timesOut || (component.replicas < 2 && moreThan(tail, 1.4, resend)));
  if (symptom.slow.shape === "ramp") return of("unclear", "latency", "tail", "errors");
  if (lossy || (timesOut && end >= middle)) return of("loss", "tail", "errors", "latency", "sent", "received", "cpu");
  return of("latency", "latency", "tail", "requests", "sent", "received", "cpu");
}

/** Are only some calls of its one pod slow, as where one of several callees is? A slow network delays them all alike. */
export function isPartlySlow({ signals, replicas }: Component): boolean {
  const [latency, tail] = [signals.get("latency"), signals.get("tail")];
  if (replicas > 1 || !latency || !rose(tail, 1.4)) return false;
  return latency.now - latency.before < 0.25 * (tail.now - tail.before);
}
