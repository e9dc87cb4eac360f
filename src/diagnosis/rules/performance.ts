import type { Verdict } from "../../domain/diagnosis.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { type Component, componentsOf, type SignalName } from "../build-components.js";
import type { Reason, Suspect } from "../decide-reason.js";
import { carriesLess, decideSlowness, type Slowness } from "../decide-slowness.js";
import { symptomOf } from "../decide-symptom.js";
import { dependenciesOf, type DependencyGraph } from "../dependency-graph.js";
import { explainAsked } from "../explain-asked.js";
import type { Explained } from "../explained.js";
import { describeRivals } from "../find-rivals.js";
import { metricsOf } from "../metric-index.js";
import { describeSignal, signalsEvidence, timeOf } from "../metric-evidence.js";
import { proposeRolloutUndo } from "../propose-rollout-undo.js";
import { changesBefore } from "../rank-changes.js";
import { readSlowness } from "../read-slowness.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, refText, type ScopeModel } from "../scope-model.js";
import { explainStarvedNode, findStarvedNode } from "../starved-node.js";

const rules = describeRules("performance", [
  ["cpu-throttled", "CPU limit too low", "throttled in more than 25 % of its periods, and slower since", "propose"],
  ["cpu-saturated", "Out of CPU", "CPU at its limit or far above its usual level, and slower since", "propose"],
  [
    "network-latency",
    "Slow network",
    "calls to one pod or Service slower since one moment, its CPU as before, nothing downstream slower",
  ],
  [
    "network-packet-loss",
    "Network loses packets",
    "the slowest calls far slower, failed requests or dropped packets, CPU as before, nothing downstream slower",
  ],
  [
    "revision-regression",
    "Worse since the newest revision",
    "latency or failed requests up within 20 minutes after a rollout",
    "propose",
  ],
]);

const settles: Partial<Record<Reason, string>> = {
  loss: "retransmits and packet loss between its node and its callers",
  latency: "round trip time to its pods from another node",
  memory: "garbage collection and swap of its process: only memory was measured",
  disk: "disk latency of its node",
  sockets: "states of its connections",
  errors: "log of its failed requests",
  unclear: "CPU, network and traces of its calls",
};

function effects(slowness: Slowness, graph: DependencyGraph): Verdict["effects"] {
  const { root, suffers } = slowness;
  return suffers
    .filter(({ component }) => graph.size === 0 || graph.reaches(component.key, root.component.key))
    .map(({ component, symptom }) => {
      const [name, trend] = symptom.slow
        ? ([component.signals.get("tail") === symptom.slow ? "tail" : "latency", symptom.slow] as const)
        : (["errors", symptom.failing] as const);
      const how = trend ? `: ${describeSignal(name, trend)}` : "";
      return { object: refOf(component.owner), summary: `${component.name} answers worse${how}` };
    });
}

function ruledOut({ component, reason }: Suspect): Verdict["ruledOut"] {
  const cpu = component.signals.get("cpu");
  const memory = component.signals.get("memory");
  return [
    ...(cpu && (reason === "latency" || reason === "loss")
      ? [{ causeId: "cpu-saturated", because: describeSignal("cpu", cpu) }]
      : []),
    ...(memory && reason !== "memory" && memory.since === undefined
      ? [{ causeId: "container-oom-killed", because: describeSignal("memory", memory) }]
      : []),
  ];
}

function explainSlowness(model: ScopeModel, slowness: Slowness, graph: DependencyGraph): Cause {
  const { root, since } = slowness;
  const { component, reason } = root;
  const { causeId, confidence, because, more } = readSlowness(model, slowness);
  const pods = model.podsOf(component.owner);
  const suffering = effects(slowness, graph);
  const symptom = symptomOf(component, true);
  const less: SignalName[] = carriesLess(component) ? ["sent", "received"] : [];
  const names: SignalName[] = [...root.shows, "latency", "tail", "errors", "requests", "cpu", ...less];
  const own = symptom?.slow
    ? ` (${describeSignal(component.signals.get("tail") === symptom.slow ? "tail" : "latency", symptom.slow)})`
    : "";
  const settle = describeRivals(root.rivals ?? [])?.settle ?? settles[reason];
  return buildCause(model, {
    causeId,
    object: component.owner,
    pods,
    symptom: component.owner,
    summary: `${component.name}: ${because}${own}${suffering.length > 0 ? `; ${suffering.length} that call it answer worse, too` : ""}`,
    evidence: [...more, ...signalsEvidence(component, names).slice(0, 8)],
    confidence,
    severity: "critical",
    since: timeOf(since),
    effects: suffering,
    ruledOut: ruledOut(root),
    notChecked: settle === undefined || confidence === "confirmed" ? [] : [`would settle it: ${settle}`],
    actions:
      causeId === "revision-regression"
        ? proposeRolloutUndo(model, component.owner, "it answers worse since the newest revision")
        : [],
    explains: [
      component.owner,
      ...(confidence === "inconclusive" ? [] : pods),
      ...slowness.suffers.map(({ component: other }) => other.owner),
    ],
  });
}

const soon = 1_200_000;

/** A network that turned slow a moment after the component itself was changed: then it may as well be the change. */
function withDoubt(model: ScopeModel, cause: Cause): Cause {
  const { verdict } = cause;
  if (verdict.confidence !== "likely" || !/^network-/.test(verdict.causeId)) return cause;
  const since = Date.parse(verdict.since ?? "");
  const change = changesBefore(model, verdict).find(({ far, time }) => far <= 1 && since - time <= soon);
  if (!change) return cause;
  return {
    ...cause,
    verdict: {
      ...verdict,
      causeId: "unexplained-failure",
      confidence: "inconclusive",
      summary: `${verdict.summary}; or it comes of what was changed before: ${change.finding.quote.slice(0, 200)}`,
    },
  };
}

/** Is it known already why a component answers worse: something that it needs, or itself, fails? */
function knownUpstream(
  model: ScopeModel,
  explained: Explained,
  slowness: Slowness,
  graph: DependencyGraph,
): KubernetesObject | "somewhere" | undefined {
  const failed = ["Deployment", "StatefulSet", "DaemonSet", "Service"]
    .flatMap((kind) => model.list(kind))
    .filter((object) => explained.has(object) || model.podsOf(object).some((pod) => explained.pod(pod)));
  const { root, suffers } = slowness;
  const below = (from: string, object: KubernetesObject) =>
    from === refText(object) || graph.reaches(from, refText(object));
  // A caller that fails, too, is an effect; what the root or another one calls, and what does not call the root, is not.
  const found = failed.find(
    (object) =>
      below(root.component.key, object) ||
      (!graph.reaches(refText(object), root.component.key) &&
        suffers.some(({ component }) => component.owner !== object && below(component.key, object))),
  );
  if (found) return found;
  return graph.size === 0 && failed.some(({ metadata }) => metadata.namespace === slowness.root.component.namespace)
    ? "somewhere"
    : undefined;
}

/** Workloads and Services that answer worse than they did, as their metrics tell it. */
export const performanceFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const { grid } = metricsOf(model);
    const components = grid ? componentsOf(model) : [];
    if (!grid || components.length === 0) return [];
    const graph = dependenciesOf(model);
    const told = new Set<Component>();
    const causes = decideSlowness(components, graph, grid).flatMap((slowness): Cause[] => {
      told.add(slowness.root.component);
      const known = knownUpstream(model, explained, slowness, graph);
      if (known === "somewhere") return [];
      const starved = findStarvedNode(model, slowness, components);
      const cause = starved
        ? explainStarvedNode(model, slowness, starved)
        : withDoubt(model, explainSlowness(model, slowness, graph));
      if (known === undefined) return [{ ...cause, hinders: true }];
      // An effect of what is known: with nothing to attach it to, it is no cause of its own.
      return [
        {
          ...cause,
          dependsOn: refOf(known),
          onlyWithEffects: true,
          verdict: { ...cause.verdict, confidence: "inconclusive", effects: [] },
        },
      ];
    });
    return [...causes, ...explainAsked(model, components, explained, told)];
  },
};
