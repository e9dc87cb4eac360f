import { buildCause } from "./build-cause.js";
import type { Component } from "./build-components.js";
import { buildNodeSignals, type NodeSignals } from "./build-node-signals.js";
import type { Slowness } from "./decide-slowness.js";
import { rose, type Trend } from "./find-trend.js";
import { describeSignal, formatPercent, measureEvidence, signalsEvidence, timeOf } from "./metric-evidence.js";
import type { Cause } from "./rule.js";
import { refOf, refText, type ScopeModel } from "./scope-model.js";

/** Where the node that the root runs on is out of CPU: who took it, else the node itself. */
export function findStarvedNode(
  model: ScopeModel,
  slowness: Slowness,
  components: readonly Component[],
): { node: NodeSignals; used: Trend; taker: Component | undefined } | undefined {
  const { root, since } = slowness;
  if (root.measured) return undefined;
  const node = buildNodeSignals(model).find(({ name }) => root.component.nodes.has(name));
  const used = node?.signals.get("cpuUsed");
  if (!node || !rose(used, 1.15) || used.now < 0.92 || used.since > since + 300) return undefined;
  const taken = (component: Component) => {
    const cpu = component.signals.get("cpu");
    return rose(cpu, 1.5) && component.nodes.has(node.name) ? cpu.now - cpu.before : 0;
  };
  const [taker] = components
    .filter((component) => taken(component) >= 0.5)
    .sort((left, right) => taken(right) - taken(left));
  return { node, used, taker };
}

/** The verdict of a node that is out of CPU: on who takes it, else on the node. */
export function explainStarvedNode(
  model: ScopeModel,
  slowness: Slowness,
  { node, used, taker }: NonNullable<ReturnType<typeof findStarvedNode>>,
): Cause {
  const { root, suffers, since } = slowness;
  const all = [root.component, ...suffers.map(({ component }) => component)].filter((component) => component !== taker);
  const object = taker?.owner ?? node.node;
  const cpu = taker?.signals.get("cpu");
  const by = taker && cpu ? `; ${taker.name} takes most of it (${describeSignal("cpu", cpu)})` : "";
  return buildCause(model, {
    causeId: "cpu-saturated",
    object,
    pods: taker ? model.podsOf(taker.owner) : [],
    symptom: root.component.owner,
    summary: `Node ${node.name} is out of CPU (${formatPercent(used.now)} used, before ${formatPercent(used.before)})${by}; ${all.length} on it or behind it answer worse`,
    evidence: [
      measureEvidence(refText(node.node), "node_cpu_seconds_total", `${formatPercent(used.now)} used`, used.since),
      ...(taker ? signalsEvidence(taker, ["cpu"]) : []),
      ...signalsEvidence(root.component, ["latency", "tail", "cpu"]),
    ],
    confidence: "likely",
    severity: "critical",
    since: timeOf(since),
    effects: all.map(({ owner, name }) => ({ object: refOf(owner), summary: `${name} answers worse` })),
    explains: all.map(({ owner }) => owner),
  });
}
