import { type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import type { ProbeResult } from "../../domain/snapshot.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence, type Finding } from "../build-evidence.js";
import { parseProbeTarget, type ProbeTarget } from "../parse-probe-target.js";
import { probeEvidence } from "../probe-evidence.js";
import { resolveService } from "../resolve-service.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady, isStarting } from "../workload-health.js";

const rules = describeRules("probed network", [
  [
    "kube-proxy-down",
    "kube-proxy does not run on a node",
    "its pod is not ready, its service on the node is stopped, or Services are out of reach from that node alone",
  ],
]);

interface Probe {
  probe: ProbeResult;
  target: ProbeTarget;
}

/** The node that a probe was made from: itself, or that of the pod. */
function nodeOf(model: ScopeModel, { from }: ProbeTarget): string | undefined {
  if (from?.kind === "Node") return from.name;
  return from === undefined ? undefined : textAt(model.find("Pod", from.namespace, from.name), "spec", "nodeName");
}

function isProxy({ metadata }: KubernetesObject): boolean {
  return (
    metadata.namespace === "kube-system" &&
    (metadata.labels?.["k8s-app"] === "kube-proxy" || metadata.name.startsWith("kube-proxy-"))
  );
}

/** Nodes from which no Service can be reached while others reach them: at least two were tried there. */
function cutOff(model: ScopeModel, probes: readonly Probe[]): Map<string, Probe[]> {
  const calls = probes.filter(
    ({ probe, target }) =>
      ["tcp", "http"].includes(probe.kind) &&
      resolveService(model, target.host, target.from?.namespace).service !== undefined,
  );
  const byNode = new Map<string, Probe[]>();
  for (const call of calls) {
    const name = nodeOf(model, call.target);
    if (name !== undefined) byNode.set(name, [...(byNode.get(name) ?? []), call]);
  }
  const failing = [...byNode].filter(([, all]) => all.every(({ probe }) => !probe.ok));
  const others = [...byNode].some(([, all]) => all.some(({ probe }) => probe.ok));
  return new Map(others && failing.length === 1 ? failing.filter(([, all]) => all.length >= 2) : []);
}

function proxyDown(model: ScopeModel, probes: readonly Probe[]): Cause[] {
  const proxies = model.pods.filter(isProxy);
  const unreachable = cutOff(model, probes);
  const stopped = probes.filter(
    ({ probe, target }) => target.node?.service.replace(/\.service$/, "") === "kube-proxy" && !probe.ok,
  );
  const names = new Set([
    ...unreachable.keys(),
    ...stopped.flatMap(({ target }) => target.node?.name ?? []),
    ...proxies
      .filter((pod) => !isReady(pod) && !isStarting(model, pod))
      .flatMap((pod) => textAt(pod, "spec", "nodeName") ?? []),
  ]);
  return [...names].sort().flatMap((name): Cause[] => {
    const pod = proxies.find((entry) => textAt(entry, "spec", "nodeName") === name);
    const service = stopped.filter(({ target }) => target.node?.name === name);
    const calls = unreachable.get(name) ?? [];
    const down = service.length > 0 || (pod !== undefined && !isReady(pod));
    // Its pod runs there: what cannot be reached has another reason.
    if (!down && pod !== undefined) return [];
    const node = model.find("Node", undefined, name) ?? { apiVersion: "v1", kind: "Node", metadata: { name } };
    const missing = pod === undefined && proxies.length > 0;
    const evidence: Finding[] = [
      ...service.map(({ probe }) => probeEvidence(probe)),
      ...(pod && !isReady(pod) ? [fieldEvidence(pod, "status.conditions", "Ready is not True")] : []),
      ...(missing
        ? [fieldEvidence(node, "metadata.name", "no kube-proxy pod on this node, though others have one")]
        : []),
      ...calls.map(({ probe }) => probeEvidence(probe)),
    ];
    return [
      buildCause(model, {
        causeId: "kube-proxy-down",
        object: node,
        pods: pod ? [pod] : [],
        symptom: node,
        summary: `kube-proxy does not run on node ${name}: Services cannot be reached from there`,
        evidence: evidence.slice(0, 6),
        confidence: down ? "confirmed" : "likely",
        severity: "critical",
        effects: calls.slice(0, 5).flatMap(({ target }) => {
          const found = resolveService(model, target.host, target.from?.namespace);
          const ref = {
            kind: "Service",
            ...(found.namespace === undefined ? {} : { namespace: found.namespace }),
            name: found.name,
          };
          return [{ object: ref, summary: `cannot be reached from node ${name}` }];
        }),
        explains: pod ? [pod] : [],
      }),
    ];
  });
}

/** kube-proxy, as its pods and what was probed tell of it. */
export const probedNetworkFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const probes = (model.snapshot.probes ?? []).map((probe) => ({ probe, target: parseProbeTarget(probe) }));
    return proxyDown(model, probes).filter(
      ({ verdict }) =>
        !model.list("Node").some((node) => node.metadata.name === verdict.object.name && explained.has(node)),
    );
  },
};
