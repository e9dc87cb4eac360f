import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause, type CauseDraft } from "../build-cause.js";
import { eventEvidence, type Finding, logEvidence } from "../build-evidence.js";
import { buildNodeSignals, type NodeSignal, type NodeSignals, tells } from "../build-node-signals.js";
import { eventReason, eventTime } from "../event-text.js";
import type { Trend } from "../find-trend.js";
import { formatPercent, formatSeconds, measureEvidence, timeOf } from "../metric-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, refText, type ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("node metrics", [
  ["conntrack-table-full", "Connection table full", "node_nf_conntrack_entries at 95 % of its limit or more"],
  [
    "ephemeral-ports-exhausted",
    "No ports left for new connections",
    "sockets in use at 90 % of the ephemeral ports, or a failing program that cannot assign an address",
  ],
  ["node-clock-skew", "Node's clock is off", "node_timex_offset_seconds above 0.5 s", "advise", "warning"],
  [
    "kubelet-too-many-pods",
    "Node at its pod limit",
    "kubelet_running_pods at 95 % of the node's pods or more",
    "advise",
    "warning",
  ],
  [
    "node-flapping",
    "Node unstable",
    "Ready changed four times or more in the last hours and is True now",
    "propose",
    "warning",
  ],
]);

function podsOn(model: ScopeModel, name: string): KubernetesObject[] {
  return model.pods.filter((pod) => textAt(pod, "spec", "nodeName") === name);
}

const metricOf: Partial<Record<NodeSignal, string>> = {
  conntrack: "node_nf_conntrack_entries",
  clockOffset: "node_timex_offset_seconds",
  portsUsed: "node_sockstat_TCP_tw",
  podsOfMost: "kubelet_running_pods",
  memoryFree: "node_memory_MemAvailable_bytes",
  diskFree: "node_filesystem_avail_bytes",
};

function figure(
  node: KubernetesObject,
  signal: NodeSignal,
  { now, before, since }: Trend,
  format = formatPercent,
): Finding {
  const was = since === undefined ? "" : `, before ${format(before)}`;
  return measureEvidence(refText(node), metricOf[signal] ?? signal, `${format(now)}${was}`, since);
}

function build(
  model: ScopeModel,
  of: NodeSignals,
  signal: NodeSignal,
  trend: Trend,
  draft: Pick<CauseDraft, "causeId" | "summary"> & Partial<CauseDraft>,
): Cause {
  const { node } = of;
  return buildCause(model, {
    object: node,
    pods: [],
    symptom: node,
    evidence: [figure(node, signal, trend, signal === "clockOffset" ? formatSeconds : formatPercent)],
    effects: [],
    explains: [node],
    ...(trend.since === undefined ? {} : { since: timeOf(trend.since) }),
    ...draft,
  });
}

/** Log lines of a clock that is off: a certificate or a token that is not valid yet, or already used up. */
const skewed = /clock skew|used before issued|not yet valid|issued in the future|RequestTimeTooSkewed|time is too far/i;
const noPort = /cannot assign requested address|EADDRNOTAVAIL/i;

function lineOn(
  model: ScopeModel,
  pods: readonly KubernetesObject[],
  test: RegExp,
): { pod: KubernetesObject; finding: Finding } | undefined {
  for (const pod of pods)
    for (const container of model.containersIn(pod))
      for (const { lines, previous } of model.logsOf(container)) {
        const line = lines.slice(-100).findLast((entry) => test.test(entry.slice(0, 1_000)));
        if (line !== undefined) return { pod, finding: logEvidence(container, previous, line) };
      }
  return undefined;
}

function ofNode(model: ScopeModel, of: NodeSignals): Cause[] {
  const { name, node, signals } = of;
  const get = (signal: NodeSignal) => {
    const trend = signals.get(signal);
    return trend?.goesOn === true ? trend : undefined;
  };
  const causes: Cause[] = [];
  const conntrack = get("conntrack");
  if (conntrack && conntrack.now >= 0.95)
    causes.push(
      build(model, of, "conntrack", conntrack, {
        causeId: "conntrack-table-full",
        summary: `The connection table of node ${name} is full (${formatPercent(conntrack.now)}): new connections are dropped`,
      }),
    );
  const ports = get("portsUsed");
  if (ports && ports.now >= 0.9) {
    const said = lineOn(model, podsOn(model, name), noPort);
    causes.push(
      build(model, of, "portsUsed", ports, {
        causeId: "ephemeral-ports-exhausted",
        summary: `Node ${name} has hardly a port left for new connections (${formatPercent(ports.now)} of the usual range)`,
        evidence: [figure(node, "portsUsed", ports), ...(said ? [said.finding] : [])],
        confidence: said ? "confirmed" : "likely",
      }),
    );
  }
  const clock = get("clockOffset");
  if (clock && clock.now >= 0.5) {
    const said = lineOn(model, podsOn(model, name), skewed);
    causes.push(
      build(model, of, "clockOffset", clock, {
        causeId: "node-clock-skew",
        summary: `The clock of node ${name} is off by ${formatSeconds(clock.now)}`,
        evidence: [figure(node, "clockOffset", clock, formatSeconds), ...(said ? [said.finding] : [])],
        severity: "warning",
        effects: said
          ? [{ object: refOf(model.topOwner(said.pod)), summary: "its log tells of times that do not fit" }]
          : [],
      }),
    );
  }
  const many = get("podsOfMost");
  if (many && many.now >= 0.95)
    causes.push(
      build(model, of, "podsOfMost", many, {
        causeId: "kubelet-too-many-pods",
        summary: `Node ${name} runs ${formatPercent(many.now)} of the pods that its kubelet takes`,
        severity: "warning",
      }),
    );
  return [...causes, ...pressureOf(model, of)];
}

/** Pressure by figures, where the node itself says nothing of it: a sign, weaker than its condition. */
function pressureOf(model: ScopeModel, of: NodeSignals): Cause[] {
  const { name, node, signals } = of;
  return (
    [
      ["memoryFree", "node-memory-pressure", "MemoryPressure", "memory"],
      ["diskFree", "node-disk-pressure", "DiskPressure", "disk space"],
    ] as const
  ).flatMap(([signal, causeId, condition, what]) => {
    const free = signals.get(signal);
    if (!free?.goesOn || free.now >= 0.05 || tells(node, condition)) return [];
    return [
      build(model, of, signal, free, {
        causeId,
        summary: `Node ${name} has ${formatPercent(free.now)} of its ${what} left`,
        confidence: "likely",
        severity: "warning",
      }),
    ];
  });
}

const hour = 3_600_000;

/** How often a node stopped being ready of late, as events or its measured condition tell it. */
function flaps(
  model: ScopeModel,
  node: KubernetesObject,
  of: NodeSignals | undefined,
): { times: number; evidence: Finding[] } {
  const lost = model.eventsOf(node).filter((event) => eventReason(event) === "NodeNotReady");
  const recent = lost.filter((event) => model.now.getTime() - Date.parse(eventTime(event)) <= hour);
  const times = recent.reduce(
    (sum, event) => sum + Math.max(1, numberAt(event, "count") ?? numberAt(event, "series", "count") ?? 1),
    0,
  );
  const last = recent.at(-1);
  if (times >= 3 && last) return { times, evidence: [eventEvidence(last, node)] };
  const values = (of?.values.get("ready") ?? []).filter(Number.isFinite);
  const falls = values.filter((value, index) => value < 0.5 && (values[index - 1] ?? 0) >= 0.5).length;
  const path = "kube_node_status_condition";
  return { times: falls, evidence: [measureEvidence(refText(node), path, `Ready was lost ${falls} times`)] };
}

function flapping(model: ScopeModel, node: KubernetesObject, of: NodeSignals | undefined): Cause[] {
  const conditions = listAt(node, "status", "conditions");
  if (conditions.length > 0 && !isReady(node)) return [];
  const { times, evidence } = flaps(model, node, of);
  if (times < 2 || (times < 3 && evidence[0]?.source === "event")) return [];
  return [
    buildCause(model, {
      causeId: "node-flapping",
      object: node,
      pods: [],
      symptom: node,
      summary: `Node ${node.metadata.name} was not ready ${times} times of late and is ready now`,
      evidence,
      severity: "warning",
      effects: [],
      explains: [],
    }),
  ];
}

/** Programs that fail because they can open no more connections. */
function withoutPorts(model: ScopeModel, known: readonly Cause[]): Cause[] {
  const nodes = new Set(
    known
      .filter(({ verdict }) => verdict.causeId === "ephemeral-ports-exhausted")
      .map(({ verdict }) => verdict.object.name),
  );
  const owners = new Map<KubernetesObject, KubernetesObject[]>();
  for (const pod of model.pods) {
    if (isReady(pod) || at(pod, "status") === undefined || nodes.has(textAt(pod, "spec", "nodeName") ?? "")) continue;
    const owner = model.topOwner(pod);
    owners.set(owner, [...(owners.get(owner) ?? []), pod]);
  }
  return [...owners].flatMap(([owner, pods]) => {
    // A program that listens on an address that is not its own gets the same error, from `bind`.
    const said = lineOn(model, pods, noPort);
    if (!said || /\bbind|listen/i.test(said.finding.quote)) return [];
    return [
      buildCause(model, {
        causeId: "ephemeral-ports-exhausted",
        object: owner,
        pods,
        summary: `${owner.metadata.name}: it has no port left for new connections: ${said.finding.quote.slice(0, 200)}`,
        evidence: [said.finding],
        confidence: "likely",
      }),
    ];
  });
}

/** Nodes that run out of something that no condition of theirs tells. */
export const nodeMetricsFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const measured = buildNodeSignals(model);
    const byName = new Map(measured.map((of) => [of.name, of]));
    const causes = measured.filter(({ node }) => !explained.has(node)).flatMap((of) => ofNode(model, of));
    const nodes = model.list("Node").length > 0 ? model.list("Node") : measured.map(({ node }) => node);
    return [
      ...causes,
      ...nodes
        .filter((node) => !explained.has(node))
        .flatMap((node) => flapping(model, node, byName.get(node.metadata.name))),
      ...withoutPorts(model, causes),
    ];
  },
};
