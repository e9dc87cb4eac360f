import type { Component } from "./build-components.js";
import type { Incident } from "./decide-reason.js";
import { symptomOf } from "./decide-symptom.js";
import type { DependencyGraph } from "./dependency-graph.js";

/** What else the same figures fit: the network of something that a component calls, or of a node. */
export interface Rival {
  kind: "callee" | "node";
  /** Undefined where it is not known who calls whom, or on which node. */
  name: string | undefined;
}

/** A callee, by its key in the graph, as one of those that may be it. */
export function calleeRival(key: string): Rival {
  return { kind: "callee", name: key.slice(key.lastIndexOf("/") + 1) };
}

const isMeasured = ({ signals }: Component): boolean => signals.has("latency") || signals.has("tail");

/**
 * What a component alone calls, and that is not seen to be slow. A program that measures its own answers does not see
 * that they arrive late: then it is its caller that turns slow.
 */
export function calleesInstead(
  { key }: Component,
  { members }: Incident,
  components: readonly Component[],
  graph: DependencyGraph,
): Rival[] {
  if (graph.size === 0) return [{ kind: "callee", name: undefined }];
  return [...graph.calleesOf(key)]
    .filter((callee) => graph.callersOf(callee).size === 1)
    .filter((callee) => !members.some(({ component }) => component.key === callee))
    .filter((callee) => {
      const component = components.find((entry) => entry.key === callee);
      // One that calls others would be slow itself.
      return !component || !isMeasured(component) || graph.calleesOf(callee).size === 0;
    })
    .map(calleeRival);
}

/** Would all calls from and to a node, if they were slow, be seen in what is slow, and in nothing else? */
function fits(node: string, { members }: Incident, components: readonly Component[], graph: DependencyGraph): boolean {
  const here = new Set(components.filter(({ nodes }) => nodes.size === 1 && nodes.has(node)).map(({ key }) => key));
  const calling = components.filter((component) => {
    const callees = [...graph.calleesOf(component.key)];
    return (
      isMeasured(component) && (here.has(component.key) ? callees.length > 0 : callees.some((key) => here.has(key)))
    );
  });
  return (
    here.size >= 2 &&
    calling.every((component) => symptomOf(component, true)) &&
    members.every(({ component }) =>
      calling.some(({ key }) => key === component.key || graph.reaches(component.key, key)),
    )
  );
}

/** The nodes whose network explains as well what is slow; of one that is not known, that it may be so. */
export function nodesInstead(incident: Incident, components: readonly Component[], graph: DependencyGraph): Rival[] {
  const nodes = new Set(components.flatMap((component) => [...component.nodes]));
  if (nodes.size === 0) return [{ kind: "node", name: undefined }];
  if (nodes.size === 1) return [];
  return [...nodes]
    .filter((node) => fits(node, incident, components, graph))
    .sort()
    .map((name) => ({ kind: "node", name }));
}

const most = 4;

function named(rivals: readonly Rival[], kind: Rival["kind"]): string | undefined {
  const found = rivals.filter((rival) => rival.kind === kind);
  if (found.length === 0) return undefined;
  const names = found.flatMap(({ name }) => name ?? []).slice(0, most);
  if (names.length === 0) return kind === "node" ? "its node" : "something that it calls";
  const text = names.map((name) => (kind === "node" ? `node ${name}` : name)).join(" or ");
  return found.length > most ? `${text} or others` : text;
}

/** The rivals in words, and what would tell which of all it is; undefined where there are none. */
export function describeRivals(rivals: readonly Rival[]): { words: string; settle: string } | undefined {
  const [callees, nodes] = [named(rivals, "callee"), named(rivals, "node")];
  const all = [callees, nodes].filter((words) => words !== undefined);
  if (all.length === 0) return undefined;
  const settle = [
    ...(callees === undefined ? [] : [`how long its own calls to ${callees} take`]),
    ...(nodes === undefined ? [] : [`round trip time and loss from ${nodes} to another node`]),
  ];
  return { words: all.join(" or "), settle: settle.join("; ") };
}
