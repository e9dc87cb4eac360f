import { type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("node", [
  ["node-not-ready", "Node not ready", "Node condition Ready=False"],
  ["node-unreachable", "Node unreachable", "Node condition Ready=Unknown: the kubelet stopped posting its status"],
  ["kubelet-down", "Kubelet does not run", "Ready=Unknown, and a probe of the node finds its kubelet stopped"],
  ["container-runtime-down", "Container runtime down", "Ready=False and the kubelet says that the runtime is down"],
  ["node-network-unavailable", "Node network not set up", "Node condition NetworkUnavailable=True"],
  ["node-memory-pressure", "Node short of memory", "Node condition MemoryPressure=True"],
  ["node-disk-pressure", "Node short of disk", "Node condition DiskPressure=True"],
  ["node-pid-pressure", "Node short of process ids", "Node condition PIDPressure=True"],
]);

const pressures = [
  ["MemoryPressure", "node-memory-pressure", "is short of memory"],
  ["DiskPressure", "node-disk-pressure", "is short of disk space"],
  ["PIDPressure", "node-pid-pressure", "is short of process ids"],
] as const;

function kubeletIsDown(model: ScopeModel, { metadata }: KubernetesObject): boolean {
  return (model.snapshot.probes ?? []).some(
    ({ kind, target, ok }) => kind === "node-service" && target === `node/${metadata.name}/kubelet` && !ok,
  );
}

function notReady(model: ScopeModel, node: KubernetesObject): { causeId: string; says: string } | null {
  const ready = conditionOf(node, "Ready");
  if (!ready || ready.status === "True") return null;
  if (ready.status === "Unknown")
    return kubeletIsDown(model, node)
      ? { causeId: "kubelet-down", says: "no longer reports to the API server: its kubelet does not run" }
      : { causeId: "node-unreachable", says: "no longer reports to the API server" };
  if (ready.status !== "False") return null;
  if (/container runtime is down|runtime status check may not have completed/i.test(ready.message))
    return { causeId: "container-runtime-down", says: "has no running container runtime" };
  return { causeId: "node-not-ready", says: "is not ready" };
}

function explainNode(model: ScopeModel, node: KubernetesObject, here: readonly KubernetesObject[]): Cause[] {
  const name = node.metadata.name;
  const down = notReady(model, node);
  if (down) {
    const pods = here.filter((pod) => !isReady(pod) && textAt(pod, "status", "phase") !== "Succeeded");
    const ready = conditionOf(node, "Ready");
    const said = ready?.message === "" || ready === undefined ? "" : `: ${ready.message}`;
    return [
      buildCause(model, {
        causeId: down.causeId,
        object: node,
        pods,
        symptom: node,
        summary: `Node ${name} ${down.says}${said}`,
        evidence: conditionEvidence(node, "Ready"),
        severity: "critical",
        since: ready?.since,
        explains: [node, ...pods],
      }),
    ];
  }
  const network = conditionOf(node, "NetworkUnavailable");
  if (network?.status === "True") {
    const pods = here.filter((pod) => !isReady(pod));
    return [
      buildCause(model, {
        causeId: "node-network-unavailable",
        object: node,
        pods,
        symptom: node,
        summary: `The network of node ${name} is not set up: ${network.reason} ${network.message}`.trim(),
        evidence: conditionEvidence(node, "NetworkUnavailable"),
        since: network.since,
        explains: [node, ...pods],
      }),
    ];
  }
  return pressures.flatMap(([type, causeId, says]) => {
    const condition = conditionOf(node, type);
    if (condition?.status !== "True") return [];
    const evicted = here.filter((pod) => textAt(pod, "status", "reason") === "Evicted");
    const live = evicted.filter((pod) => model.pods.includes(pod));
    return [
      buildCause(model, {
        causeId,
        object: node,
        pods: live,
        symptom: live[0] ?? node,
        summary: `Node ${name} ${says}${evicted.length > 0 ? `; ${evicted.length} pods were evicted from it` : ""}`,
        evidence: conditionEvidence(node, type),
        severity: live.length > 0 ? "critical" : "warning",
        since: condition.since,
        explains: [node, ...live],
      }),
    ];
  });
}

/** Nodes that fail or run short. */
export const nodeFamily: RuleFamily = {
  rules,
  evaluate(model) {
    const nodes = model.list("Node").filter((node) => node.metadata.deletionTimestamp === undefined);
    if (nodes.length === 0) return [];
    const byNode = new Map<string, KubernetesObject[]>();
    for (const pod of model.list("Pod")) {
      const name = textAt(pod, "spec", "nodeName");
      if (name === undefined) continue;
      const same = byNode.get(name);
      if (same) same.push(pod);
      else byNode.set(name, [pod]);
    }
    return nodes.flatMap((node) => explainNode(model, node, byNode.get(node.metadata.name) ?? []));
  },
};
