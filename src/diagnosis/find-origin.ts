import type { Component } from "./build-components.js";
import { type Incident, isPartlySlow } from "./decide-reason.js";
import type { DependencyGraph } from "./dependency-graph.js";
import { calleeRival, calleesInstead, nodesInstead, type Rival } from "./find-rivals.js";
import { factorOf, fell, rose } from "./find-trend.js";

type Member = Incident["members"][number];

/** The members that nobody else among them explains: those whose callees are well. The most departed comes first. */
function downstream({ members }: Incident, graph: DependencyGraph): readonly Member[] {
  const ends = members.filter(
    ({ component }) =>
      !members.some(
        (other) =>
          graph.reaches(component.key, other.component.key) && !graph.reaches(other.component.key, component.key),
      ),
  );
  // Failed calls are a firmer sign than slow ones: one in twenty weighs as much as twice the time.
  const departure = ({ symptom: { slow, failing } }: Member) =>
    Math.max(slow ? factorOf(slow) : 1, failing ? 1 + 20 * (failing.now - failing.before) : 1);
  return [...ends].sort((left, right) => departure(right) - departure(left));
}

/** Components that all of them call, and nobody who is well: their own answers are not slow, the calls to them may be. */
function sharedCallees(
  ends: readonly Member[],
  { members }: Incident,
  components: readonly Component[],
  graph: DependencyGraph,
): readonly Component[] {
  if (ends.length < 2) return [];
  return components.filter(
    ({ key }) =>
      !members.some(({ component }) => component.key === key) &&
      ends.every(({ component }) => graph.calleesOf(component.key).has(key)) &&
      [...graph.callersOf(key)].every((caller) => members.some(({ component }) => component.key === caller)),
  );
}

/** A callee that its callers still ask for, and whom hardly a request reaches any more: the one, where there is one. */
export function silenced(
  { members }: Incident,
  components: readonly Component[],
  graph: DependencyGraph,
): Component | undefined {
  const left = ({ signals }: Component) => {
    const requests = signals.get("requests");
    if (!requests) return 1;
    return requests.goesOn ? (fell(requests, 0.2) ? factorOf(requests) : 1) : 0;
  };
  const found = components.filter((component) => {
    const callers = members.filter((member) => graph.calleesOf(member.component.key).has(component.key));
    return left(component) <= 0.2 && callers.some((member) => left(member.component) >= 0.5);
  });
  return found.length === 1 ? found[0] : undefined;
}

function rate({ signals }: Component): number {
  return signals.get("requests")?.now ?? 0;
}

/** What a component lost: time of its median calls, else parts of its calls; 0 where neither shows. */
function loss({ signals }: Component, of: "latency" | "tail" | "errors"): number {
  const trend = signals.get(of);
  return rose(trend, 1.25) ? trend.now - trend.before : 0;
}

/** Does a caller lose more than its calls to a callee can cost it? */
function losesMore(caller: Component, callee: Component): boolean {
  const calls = rate(caller) > 0 ? Math.max(rate(callee) / rate(caller), 0.05) : 1;
  // However often it is called: a request fails once.
  const failed = loss(callee, "errors");
  if (failed > 0 && loss(caller, "errors") > 1.35 * Math.max(calls, 1) * failed + 0.008) return true;
  const slower = loss(callee, "latency");
  if (slower > 0 && !isPartlySlow(callee)) return loss(caller, "latency") > 1.45 * calls * slower + 0.002;
  if (slower === 0 && failed > 0) return loss(caller, "errors") > 1.45 * calls * failed + 0.002;
  // The callee's slowest calls alone are slower: those of a caller all of whose calls are.
  const tail = callee.signals.get("tail");
  return rose(tail, 1.25) && loss(caller, "latency") > 0.5 * (tail.now - tail.before);
}

/** Are those slow that nobody else calls? They must be, where it is the calls of this component that are slow. */
function reachesNobody(
  caller: Component,
  members: readonly Member[],
  components: readonly Component[],
  graph: DependencyGraph,
): boolean {
  const own = components.filter(
    ({ key, signals }) =>
      graph.calleesOf(caller.key).has(key) &&
      graph.callersOf(key).size === 1 &&
      (signals.has("latency") || signals.has("tail")),
  );
  return own.every((component) => members.some((member) => member.component === component));
}

/** Does another one, that calls none of the others, stand out about as much as the first? */
function hasRival([first, ...others]: readonly Member[], graph: DependencyGraph): boolean {
  const strong = ({ symptom: { slow, failing } }: Member) => (slow ? factorOf(slow) : failing ? 2 : 1);
  const most = first ? strong(first) : 0;
  if (graph.size > 0) return others.some((member) => strong(member) >= Math.min(2, most * 0.75));
  // Who waits for another one is slower by nature, so that the same time makes less of a difference to it.
  const of = first && isPartlySlow(first.component) ? "tail" : "latency";
  const lost = first ? loss(first.component, of) : 0;
  const near = others.filter((member) => strong(member) >= most * 0.14 && loss(member.component, of) >= lost * 0.9);
  return others.some((member) => strong(member) >= most * 0.55) || near.length >= 2;
}

/** Where the calls are slow or lost: a component, or several that may be it. */
export interface Origin {
  component: Component;
  /** The member whose figures tell how. */
  shown: Member;
  /** Does something speak for another one as much? */
  doubtful: boolean;
  /** What may be it as well, where that can be named. */
  rivals: readonly Rival[];
}

/**
 * Finds the component whose calls are slow. The one furthest downstream, unless a caller loses more than the calls to it
 * cost: then either all calls of that caller are slow, or the calls to something that is well and that both call.
 */
export function findOrigin(
  incident: Incident,
  components: readonly Component[],
  graph: DependencyGraph,
): Origin | undefined {
  const { members } = incident;
  const ends = downstream(incident, graph);
  const [first, second] = ends;
  if (!first) return undefined;
  const above = (end: Member) =>
    members.filter(
      ({ component }) => component !== end.component && graph.calleesOf(component.key).has(end.component.key),
    );
  const all = (callers: readonly Member[]) =>
    callers
      .filter(({ component }) => ends.every((end) => graph.calleesOf(component.key).has(end.component.key)))
      .filter(({ component }) => reachesNobody(component, members, components, graph));
  const lowest = (callers: readonly Member[]) =>
    callers.filter(({ component }) => !callers.some((other) => graph.reaches(component.key, other.component.key)));
  const excessive = above(first).filter(({ component }) => losesMore(component, first.component));
  const [caller, ...others] = lowest(all(second ? above(first) : excessive));
  if (caller && others.length === 0) return { component: caller.component, shown: caller, doubtful: false, rivals: [] };
  const [shared, ...more] = sharedCallees(
    excessive.length > 0 && !second ? members : ends,
    incident,
    components,
    graph,
  );
  // Whose answers are slow for others alone is not told by its own figures: nor then is a node.
  const nodes = excessive.length > 0 || shared ? nodesInstead(incident, components, graph) : [];
  if (shared && more.length === 0)
    return { component: shared, shown: first, doubtful: nodes.length > 0, rivals: nodes };
  const callees =
    excessive.length === 0
      ? calleesInstead(first.component, incident, components, graph)
      : [...(shared ? [shared] : []), ...more].map(({ key }) => calleeRival(key));
  return {
    component: first.component,
    shown: first,
    doubtful: hasRival(ends, graph) || nodes.length > 0 || (excessive.length > 0 && more.length > 0),
    rivals: [...callees, ...nodes],
  };
}
