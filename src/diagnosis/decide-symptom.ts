import type { Component } from "./build-components.js";
import { factorOf, rose, type Trend } from "./find-trend.js";

/** How a component answers worse than before; `since` in seconds. */
export interface Symptom {
  slow: (Trend & { since: number }) | undefined;
  failing: (Trend & { since: number }) | undefined;
  since: number;
}

/** Did a signal rise so many times, and by so much? */
export function moreThan(
  trend: Trend | undefined,
  factor: number,
  by: number,
  score = 4,
): trend is Trend & { since: number } {
  return rose(trend, factor, score) && trend.now - trend.before >= by;
}

/** How many times its usual load a component has. */
export function growthOf({ signals }: Component): number {
  const requests = signals.get("requests");
  return rose(requests, 1.15) ? factorOf(requests) : 1;
}

/** Does a component answer slower, or with more errors, than before? More work that takes a little longer is normal. */
export function symptomOf(component: Component, mild = false): Symptom | undefined {
  const { signals } = component;
  const [latency, tail, errors] = [signals.get("latency"), signals.get("tail"), signals.get("errors")];
  const least = mild ? 1.25 : 1.6;
  const slower = [
    ...(moreThan(latency, least, 0.003) ? [latency] : []),
    ...(moreThan(tail, least, 0.005) ? [tail] : []),
  ].sort((left, right) => factorOf(right) - factorOf(left));
  const growth = growthOf(component);
  const [slowest] = slower;
  const failing = moreThan(errors, 1.5, mild ? 0.005 : 0.02) ? errors : undefined;
  const strained = (signals.get("cpuOfLimit")?.now ?? 0) >= 0.9 || (signals.get("throttled")?.now ?? 0) >= 0.25;
  const busy = growth > 1 && !strained && slowest !== undefined && factorOf(slowest) < Math.max(2, 1.5 * growth);
  const slow = busy && !failing ? undefined : slowest;
  if (!slow && !failing) return undefined;
  return { slow, failing, since: Math.min(slow?.since ?? Infinity, failing?.since ?? Infinity) };
}
