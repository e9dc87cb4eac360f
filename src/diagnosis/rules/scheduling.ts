import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, eventEvidence, fieldEvidence, type Finding } from "../build-evidence.js";
import { decideObstacle, type Verdict as Decided } from "../decide-obstacle.js";
import { buildRunningOn, fitNodes } from "../node-fit.js";
import { parseScheduling } from "../parse-scheduling.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { schedulerSays } from "../scheduler-says.js";
import { refOf, refText, type ScopeModel } from "../scope-model.js";

const failed = "PodScheduled=False or FailedScheduling";
const rules = describeRules("scheduling", [
  ["insufficient-cpu", "No node has enough CPU free", `${failed}: Insufficient cpu`, "propose"],
  ["insufficient-memory", "No node has enough memory free", `${failed}: Insufficient memory`, "propose"],
  [
    "insufficient-ephemeral-storage",
    "No node has enough disk free",
    `${failed}: Insufficient ephemeral-storage`,
    "propose",
  ],
  ["insufficient-extended-resource", "No node offers the resource", `${failed}: Insufficient of another resource`],
  ["node-pod-limit-reached", "Nodes run as many pods as they may", `${failed}: Too many pods`],
  [
    "node-selector-mismatch",
    "nodeSelector fits no node",
    `${failed}: node affinity/selector, with a nodeSelector`,
    "propose",
  ],
  [
    "node-affinity-mismatch",
    "Node affinity fits no node",
    `${failed}: node affinity, without a nodeSelector`,
    "propose",
  ],
  ["taint-not-tolerated", "A taint is not tolerated", `${failed}: untolerated taint`, "propose"],
  ["node-cordoned", "Nodes are cordoned", `${failed}: node(s) were unschedulable`, "propose"],
  ["pod-anti-affinity-unsatisfied", "Anti-affinity needs more nodes", `${failed}: pod anti-affinity rules`, "propose"],
  ["existing-pod-anti-affinity", "Another workload's anti-affinity", `${failed}: existing pods anti-affinity rules`],
  ["pod-affinity-unsatisfied", "Pod affinity matches no pod", `${failed}: pod affinity rules`, "propose"],
  [
    "topology-spread-unsatisfied",
    "Spread constraint cannot be met",
    `${failed}: topology spread constraints`,
    "propose",
  ],
  ["host-port-conflict", "Host port in use on all nodes", `${failed}: free ports`, "propose"],
  ["volume-node-affinity-conflict", "Volume is elsewhere", `${failed}: volume node affinity conflict`],
  ["scheduling-gated", "Scheduling gate not lifted", "PodScheduled=False, reason SchedulingGated"],
  ["assigned-node-not-found", "Assigned to a node that does not exist", "spec.nodeName names no Node", "propose"],
]);

interface Pending {
  pod: KubernetesObject;
  message: string;
  evidence: Finding[];
}

/** What the scheduler last said of a pod that no node has taken. */
function pendingOf(model: ScopeModel, pod: KubernetesObject): Pending | null {
  if (textAt(pod, "spec", "nodeName") !== undefined || model.ageOf(pod) < 20_000) return null;
  const condition = conditionOf(pod, "PodScheduled");
  if (condition?.status === "True") return null;
  const { message, said, event } = schedulerSays(model, pod);
  if (message === "" && listAt(pod, "spec", "schedulingGates").length === 0) return null;
  const evidence = said === "" ? [] : conditionEvidence(pod, "PodScheduled");
  return { pod, message, evidence: evidence.length > 0 || !event ? evidence : [eventEvidence(event, pod)] };
}

function gated(model: ScopeModel, { pod }: Pending): Cause | null {
  const gates = listAt(pod, "spec", "schedulingGates").flatMap((gate) => textAt(gate, "name") ?? []);
  if (gates.length === 0) return null;
  const owner = model.topOwner(pod);
  return buildCause(model, {
    causeId: "scheduling-gated",
    object: owner,
    pods: [pod],
    summary: `${owner.metadata.name}: waits for the scheduling gate ${gates.join(", ")} to be lifted`,
    evidence: [fieldEvidence(pod, "spec.schedulingGates", gates.join(", "))],
  });
}

function explain(model: ScopeModel, decided: Decided, group: readonly [Pending, ...Pending[]]): Cause {
  const [first] = group;
  const owner = model.topOwner(first.pod);
  const pods = group.map(({ pod }) => pod);
  const node = decided.node;
  return buildCause(model, {
    causeId: decided.causeId,
    object: node ?? owner,
    pods,
    summary: `${owner.metadata.name}: no node takes ${pods.length === 1 ? "its pod" : `${pods.length} of its pods`}: ${decided.says}`,
    evidence: [...first.evidence, ...decided.evidence],
    confidence: decided.confidence,
    since: conditionOf(first.pod, "PodScheduled")?.since,
    ruledOut: decided.ruledOut,
    notChecked:
      model.list("Node").length === 0 ? ["Nodes: not in the snapshot; read from the scheduler's message"] : [],
    ...(decided.waitsFor ? { dependsOn: refOf(decided.waitsFor) } : {}),
    actions: node ? [] : proposeUndoToServing(model, owner),
  });
}

/** Assigned by hand to a node that is not there: no scheduler ever says anything about it. */
function lost(model: ScopeModel, pod: KubernetesObject): Cause | null {
  const node = textAt(pod, "spec", "nodeName");
  if (node === undefined || model.list("Node").length === 0 || model.find("Node", undefined, node)) return null;
  if (listAt(pod, "status", "containerStatuses").length > 0 || model.ageOf(pod) < 60_000) return null;
  const owner = model.topOwner(pod);
  return buildCause(model, {
    causeId: "assigned-node-not-found",
    object: owner,
    pods: [pod],
    summary: `${owner.metadata.name}: its pod is assigned to node ${node}, which does not exist`,
    evidence: [fieldEvidence(pod, "spec.nodeName", node)],
  });
}

/** Pods that no node takes. */
export const schedulingFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const causes: Cause[] = [];
    const groups = new Map<string, { decided: Decided; pending: [Pending, ...Pending[]] }>();
    const runningOn = buildRunningOn(model);
    const byTemplate = new Map<string, Decided | null>();
    for (const pod of model.pods) {
      if (explained.has(pod)) continue;
      const away = lost(model, pod);
      if (away) causes.push(away);
      const pending = pendingOf(model, pod);
      if (!pending) continue;
      const waiting = gated(model, pending);
      if (waiting) {
        causes.push(waiting);
        continue;
      }
      const owner = refText(model.topOwner(pod));
      // Pods of one workload with one message have one answer; a thousand of them are computed once.
      const template = `${owner} ${pending.message}`;
      let decided = byTemplate.get(template);
      if (decided === undefined) {
        decided = decideObstacle(pod, parseScheduling(pending.message), fitNodes(model, pod, runningOn));
        byTemplate.set(template, decided);
      }
      if (!decided) continue;
      const key = `${decided.causeId} ${decided.node ? refText(decided.node) : ""} ${owner}`;
      const group = groups.get(key);
      if (group) group.pending.push(pending);
      else groups.set(key, { decided, pending: [pending] });
    }
    const found = [...groups.values()].map(({ decided, pending }) => explain(model, decided, pending));
    return [...causes, ...found];
  },
};
