import { buildCause } from "../build-cause.js";
import { componentsOf, type Component } from "../build-components.js";
import { buildNodeSignals, type NodeSignals } from "../build-node-signals.js";
import { networkReason } from "../decide-reason.js";
import { type Symptom, symptomOf } from "../decide-symptom.js";
import { dependenciesOf, type DependencyGraph } from "../dependency-graph.js";
import { rose } from "../find-trend.js";
import { describeSignal, measureEvidence, signalEvidence, timeOf } from "../metric-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, refText, type ScopeModel } from "../scope-model.js";

const rules = describeRules("node network", [
  [
    "node-network-latency",
    "Slow network of a node",
    "calls to all pods of one node slower, those of others as before",
    "propose",
  ],
  [
    "node-network-packet-loss",
    "A node's network loses packets",
    "retransmits or dropped packets of one node, or lost calls to all of its pods, those of others as before",
    "propose",
  ],
]);

interface Member {
  component: Component;
  symptom: Symptom | undefined;
}

/** The components whose answers are measured, by the one node that each is on. */
function byNode(components: readonly Component[]): Map<string, Member[]> {
  const found = new Map<string, Member[]>();
  for (const component of components) {
    const [node, other] = component.nodes;
    const measured = component.signals.has("latency") || component.signals.has("tail");
    if (node === undefined || other !== undefined || !measured) continue;
    found.set(node, [...(found.get(node) ?? []), { component, symptom: symptomOf(component) }]);
  }
  return found;
}

/** Are the pods of one node slow, and of the others none but those that call them, or are called by them? */
function isAlone(nodes: ReadonlyMap<string, Member[]>, name: string, graph: DependencyGraph): boolean {
  const here = nodes.get(name) ?? [];
  const elsewhere = [...nodes].flatMap(([node, members]) => (node === name ? [] : members));
  const slow = here.filter(({ symptom }) => symptom);
  const slowThere = elsewhere.filter(
    ({ component, symptom }) =>
      symptom &&
      !here.some(
        (member) =>
          graph.reaches(component.key, member.component.key) ||
          graph.calleesOf(member.component.key).has(component.key),
      ),
  );
  const well = elsewhere.filter(({ symptom }) => !symptom).length;
  // With all that call each other on one node, it may as well be one of them.
  const apart = slow.filter(
    ({ component }) => !slow.some((other) => graph.reaches(component.key, other.component.key)),
  );
  return slow.length >= 3 && slow.length === here.length && slowThere.length === 0 && well >= 2 && apart.length >= 2;
}

/** Does only this node send again, or drop, more than before? */
function losesAlone(measured: readonly NodeSignals[], name: string): NodeSignals | undefined {
  const loses = ({ signals }: NodeSignals) =>
    rose(signals.get("retransmits"), 3, 6) || rose(signals.get("packetTrouble"), 3, 6);
  const found = measured.find((of) => of.name === name);
  return found && loses(found) && measured.filter(loses).length === 1 ? found : undefined;
}

function explain(
  model: ScopeModel,
  name: string,
  nodes: ReadonlyMap<string, Member[]>,
  loss: NodeSignals | undefined,
): Cause[] {
  const affected = [...nodes.values()].flat();
  const slow = (nodes.get(name) ?? []).flatMap(({ component, symptom }) => (symptom ? [{ component, symptom }] : []));
  const reasons = slow.map(({ component, symptom }) => networkReason(component, symptom).reason);
  const [first] = slow;
  if (!first || (!loss && reasons.some((reason) => reason === "unclear" || reason === "errors"))) return [];
  const lossy = loss !== undefined || reasons.filter((reason) => reason === "loss").length * 2 > reasons.length;
  const node = model.find("Node", undefined, name) ?? { apiVersion: "v1", kind: "Node", metadata: { name } };
  const figures = loss
    ? (["retransmits", "packetTrouble"] as const).flatMap((signal) => {
        const trend = loss.signals.get(signal);
        const metric = signal === "retransmits" ? "node_netstat_Tcp_RetransSegs" : "node_network_drop_total";
        return trend?.since === undefined
          ? []
          : [
              measureEvidence(
                refText(node),
                metric,
                `${Number(trend.now.toPrecision(2))}/s, before ${Number(trend.before.toPrecision(2))}/s`,
                trend.since,
              ),
            ];
      })
    : [];
  const pods = slow.flatMap(({ component }) => model.podsOf(component.owner));
  return [
    buildCause(model, {
      causeId: lossy ? "node-network-packet-loss" : "node-network-latency",
      object: node,
      pods,
      symptom: node,
      summary: `The network of node ${name} ${lossy ? "loses packets" : "is slow"}: all ${slow.length} that run there answer worse, the others do not`,
      evidence: [
        ...figures,
        ...slow.slice(0, 4).flatMap(({ component, symptom }) => {
          const tail = component.signals.get("tail");
          const signal = symptom.slow === undefined ? "errors" : symptom.slow === tail ? "tail" : "latency";
          const trend = component.signals.get(signal);
          return trend ? [signalEvidence(component, signal, trend)] : [];
        }),
      ],
      confidence: "likely",
      severity: "critical",
      since: timeOf(Math.min(...slow.map(({ symptom }) => symptom.since))),
      effects: affected.flatMap(({ component, symptom }) =>
        symptom
          ? [
              {
                object: refOf(component.owner),
                summary: symptom.slow ? describeSignal("latency", symptom.slow) : "more of its requests fail",
              },
            ]
          : [],
      ),
      ruledOut: [{ causeId: "network-latency", because: "it is not one pod or Service alone" }],
      notChecked: ["would settle it: round trip time and loss between this node and another"],
      explains: [...affected.flatMap(({ component, symptom }) => (symptom ? [component.owner] : [])), ...pods],
    }),
  ];
}

/** The network of a node, by the pods that run there against those that do not. */
export const nodeNetworkFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const nodes = byNode(componentsOf(model));
    if (nodes.size < 2) return [];
    const graph = dependenciesOf(model);
    const measured = buildNodeSignals(model);
    const found = [...nodes.keys()].filter((name) => {
      const node = model.find("Node", undefined, name);
      return (!node || !explained.has(node)) && isAlone(nodes, name, graph);
    });
    const [only, second] = found;
    if (only === undefined || second !== undefined) return [];
    // A node that is out of CPU is slow for that.
    if (rose(measured.find(({ name }) => name === only)?.signals.get("cpuUsed"), 1.3)) return [];
    return explain(model, only, nodes, losesAlone(measured, only));
  },
};
