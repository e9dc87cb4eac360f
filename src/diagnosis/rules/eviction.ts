import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence } from "../build-evidence.js";
import { elapsed } from "../elapsed.js";
import { eventReason, eventText } from "../event-text.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("eviction", [
  ["pod-evicted", "Pod evicted", "status.reason Evicted while its workload is short of pods", "propose"],
  [
    "pod-preempted",
    "Pod gave way to one of higher priority",
    "event Preempted, or status.reason Preempting",
    "propose",
  ],
]);

function isEvicted(pod: KubernetesObject): boolean {
  const reason = textAt(pod, "status", "reason") ?? "";
  return textAt(pod, "status", "phase") === "Failed" && (reason === "Evicted" || reason === "Preempting");
}

/** Workloads that lose one pod after the other: that the newest one serves for the moment is no recovery. */
function evictedAgain(model: ScopeModel): Set<KubernetesObject> {
  const counts = new Map<KubernetesObject, number>();
  for (const pod of model.list("Pod")) {
    const ready = listAt(pod, "status", "conditions").find((condition) => textAt(condition, "type") === "Ready");
    if (!isEvicted(pod) || elapsed(model.now, textAt(ready, "lastTransitionTime")) > 10 * 60_000) continue;
    const owner = model.topOwner(pod);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, count]) => count >= 3).map(([owner]) => owner));
}

/** Pods that were taken off their nodes and have not been made good. */
export const evictionFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const groups = new Map<KubernetesObject, KubernetesObject[]>();
    const again = evictedAgain(model);
    for (const pod of model.list("Pod")) {
      if (explained.pod(pod) || !isEvicted(pod)) continue;
      if (!model.pods.includes(pod) && !again.has(model.topOwner(pod))) continue;
      const owner = model.topOwner(pod);
      const same = groups.get(owner);
      if (same) same.push(pod);
      else groups.set(owner, [pod]);
    }
    return [...groups].map(([owner, pods]): Cause => {
      const pod = pods[0] as KubernetesObject;
      const preempted = textAt(pod, "status", "reason") === "Preempting";
      const message = textAt(pod, "status", "message") ?? "";
      const node = textAt(pod, "spec", "nodeName");
      const event = model.eventsOf(pod).findLast((entry) => ["Evicted", "Preempted"].includes(eventReason(entry)));
      const said = message === "" && event ? eventText(event) : message;
      const where = node === undefined ? "" : ` from node ${node}`;
      return buildCause(model, {
        causeId: preempted ? "pod-preempted" : "pod-evicted",
        object: owner,
        pods,
        summary: `${owner.metadata.name}: ${pods.length === 1 ? "a pod was" : `${pods.length} pods were`} ${preempted ? "preempted" : "evicted"}${where}: ${said}`,
        evidence: [
          fieldEvidence(pod, "status.message", `${textAt(pod, "status", "reason") ?? ""}: ${message}`),
          ...(event ? [eventEvidence(event, pod)] : []),
        ],
      });
    });
  },
};
