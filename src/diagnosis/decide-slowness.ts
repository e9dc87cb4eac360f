import type { Component } from "./build-components.js";
import { type Incident, isPartlySlow, networkReason, resourceOf, type Suspect } from "./decide-reason.js";
import { type Symptom, symptomOf } from "./decide-symptom.js";
import type { DependencyGraph } from "./dependency-graph.js";
import { findOrigin, silenced } from "./find-origin.js";
import { factorOf, fell, type Grid } from "./find-trend.js";

/** A time in which components answer worse than before: where it comes from, and who suffers from that. */
export interface Slowness {
  root: Suspect;
  since: number;
  suffers: readonly { component: Component; symptom: Symptom }[];
}

/** Groups what departed within ten minutes. */
function incidentsOf(components: readonly Component[], width: number): Incident[] {
  const found = components
    .flatMap((component) => {
      const symptom = symptomOf(component);
      return symptom ? [{ component, symptom }] : [];
    })
    .sort((left, right) => left.symptom.since - right.symptom.since);
  const incidents: { members: (typeof found)[number][]; since: number; tolerance: number }[] = [];
  for (const member of found) {
    const last = incidents.at(-1);
    const end = last?.members.at(-1)?.symptom.since ?? 0;
    if (last && member.symptom.since - end <= 600) last.members.push(member);
    else incidents.push({ members: [member], since: member.symptom.since, tolerance: Math.max(2 * width, 120) });
  }
  return incidents;
}

/** Is the component what symptoms come from when it is in trouble: does it, or does somebody who calls it, show them? */
function concerns(component: Component, { members }: Incident, graph: DependencyGraph): boolean {
  if (members.some((member) => member.component === component)) return true;
  if (["Job", "CronJob"].includes(component.owner.kind)) return false;
  const measured = component.signals.has("latency") || component.signals.has("tail");
  if (measured && !symptomOf(component, true)) return false;
  return graph.size === 0 || members.some((member) => graph.reaches(member.component.key, component.key));
}

function busiest(
  components: readonly Component[],
  incident: Incident,
  graph: DependencyGraph,
): (Suspect & { strength: number }) | undefined {
  const found = components
    .filter((component) => concerns(component, incident, graph))
    .flatMap((component) => resourceOf(component, incident) ?? [])
    .sort((left, right) => right.strength - left.strength);
  const [most] = found;
  if (!most) return undefined;
  const below = found.filter(
    ({ component, strength }) => strength >= most.strength * 0.6 && graph.reaches(most.component.key, component.key),
  );
  return below[0] ?? most;
}

/** Is everybody who calls a component, or may, measured and as before? */
function nobodyNotices(only: Component, components: readonly Component[], graph: DependencyGraph): boolean {
  const callers = components.filter(
    (other) =>
      other !== only &&
      (graph.size === 0 || graph.callersOf(only.key).has(other.key)) &&
      (other.signals.has("latency") || other.signals.has("tail")),
  );
  return callers.length > 0 && !callers.some((caller) => symptomOf(caller, true));
}

/** One component alone, a little slower for a little while, with nobody who notices: signals have their hills. */
function isHill(
  { members, since }: Incident,
  end: number,
  components: readonly Component[],
  graph: DependencyGraph,
): boolean {
  const [only, other] = members;
  if (!only || other || only.symptom.failing || !only.symptom.slow) return false;
  const times = factorOf(only.symptom.slow);
  if (times < 2 || (times < 4 && end - since < 300)) return true;
  return times < 5 && nobodyNotices(only.component, components, graph);
}

/**
 * Finds out where it comes from that components answer worse than before: something that is busier or fuller than it
 * was, else the component furthest downstream, whose calls then are slow or lost on their way. Pure.
 */
export function decideSlowness(
  components: readonly Component[],
  graph: DependencyGraph,
  { from, width, bins }: Grid,
): Slowness[] {
  return incidentsOf(components, width).flatMap((incident): Slowness[] => {
    const { members, since } = incident;
    const without = (root: Component) => members.filter(({ component }) => component !== root);
    const busy = busiest(components, incident, graph);
    if (busy) return [{ root: busy, since, suffers: without(busy.component) }];
    if (isHill(incident, from + bins * width, components, graph)) return [];
    const silent = silenced(incident, components, graph);
    if (silent) {
      const root: Suspect = { component: silent, reason: "loss", shows: ["requests", "received"], measured: false };
      return [{ root, since, suffers: without(silent) }];
    }
    const origin = findOrigin(incident, components, graph);
    if (!origin) return [];
    const { component, shown, doubtful, rivals } = origin;
    const root = { ...networkReason(shown.component, shown.symptom), component, rivals };
    const partly = root.reason === "latency" && component === shown.component && isPartlySlow(component);
    const open = partly || (doubtful && (root.reason === "latency" || root.reason === "loss"));
    return [{ root: open ? { ...root, reason: "unclear" } : root, since, suffers: without(component) }];
  });
}

/** Does less go through a component than before? */
export function carriesLess({ signals }: Component): boolean {
  return (["requests", "sent", "received"] as const).some((name) => fell(signals.get(name), 0.85, 3));
}
