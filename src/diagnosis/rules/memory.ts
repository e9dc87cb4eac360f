import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { endEvidence, eventEvidence, fieldEvidence, type Finding } from "../build-evidence.js";
import { type ContainerState, crashes, lastEnd } from "../container-state.js";
import { eventReason } from "../event-text.js";
import { groupContainers } from "../group-containers.js";
import { formatPercent, timeOf } from "../metric-evidence.js";
import { formatBytes, parseQuantity } from "../parse-quantity.js";
import { earlierRevisionServes, lastGoodRevision, proposeRolloutUndo } from "../propose-rollout-undo.js";
import { revisionOf } from "../object-index.js";
import { describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("memory", [
  ["container-oom-killed", "Container exceeded its memory limit", "terminated with reason OOMKilled", "auto"],
  ["node-system-oom", "Node ran out of memory", "OOMKilled without a limit; SystemOOM on the node"],
]);

function limitIn(containers: readonly unknown[], name: string): string | undefined {
  const found = containers.find((entry) => textAt(entry, "name") === name);
  const limit = at(found, "resources", "limits", "memory");
  return typeof limit === "string" || typeof limit === "number" ? String(limit) : undefined;
}

function limitOf({ pod, name }: ContainerState): string | undefined {
  return limitIn([...listAt(pod, "spec", "containers"), ...listAt(pod, "spec", "initContainers")], name);
}

/** The largest working set that was measured of a container before it was killed, in bytes. */
function peakOf(
  model: ScopeModel,
  { pod, name }: ContainerState,
  killedAt: string | undefined,
): { bytes: number; at: number } | undefined {
  const killed = Date.parse(killedAt ?? "") / 1_000;
  const until = Number.isNaN(killed) ? Number.POSITIVE_INFINITY : killed + 60;
  let best: { bytes: number; at: number } | undefined;
  for (const { name: metric, labels, points } of model.snapshot.metrics ?? []) {
    if (metric !== "container_memory_working_set_bytes" || labels["pod"] !== pod.metadata.name) continue;
    if ((labels["namespace"] ?? pod.metadata.namespace) !== pod.metadata.namespace) continue;
    if ((labels["container"] ?? name) !== name) continue;
    for (const [time, value] of points)
      if (time <= until && value > (best?.bytes ?? Number.NEGATIVE_INFINITY)) best = { bytes: value, at: time };
  }
  return best;
}

function partOf(bytes: number, limit: string | undefined): string {
  const most = parseQuantity(limit);
  return most === undefined || most <= 0 ? "" : `, ${formatPercent(bytes / most)} of its limit`;
}

function systemOom(
  model: ScopeModel,
  pod: KubernetesObject,
): { node: KubernetesObject; event: KubernetesObject } | undefined {
  const name = textAt(pod, "spec", "nodeName");
  const node = name === undefined ? undefined : model.find("Node", undefined, name);
  const event =
    node && model.eventsOf(node).findLast((entry) => ["SystemOOM", "OOMKilling"].includes(eventReason(entry)));
  return node && event ? { node, event } : undefined;
}

/** Was the limit of this container higher in the last good revision? */
function lowered(model: ScopeModel, owner: KubernetesObject, container: ContainerState): string | undefined {
  const good = lastGoodRevision(model, owner);
  const before = good && limitIn(listAt(good, "spec", "template", "spec", "containers"), container.name);
  const now = limitOf(container);
  if (good === undefined || now === undefined) return undefined;
  const was = before === undefined ? Number.POSITIVE_INFINITY : (parseQuantity(before) ?? 0);
  return was > (parseQuantity(now) ?? 0) ? `revision ${revisionOf(good)} had ${before ?? "no limit"}` : undefined;
}

/** Containers that the kernel killed for memory. */
export const memoryFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => {
      const end = lastEnd(container);
      const when = crashes(container, model.now);
      return end?.reason === "OOMKilled" && when !== null ? { key: container.name, end, when } : null;
    }).map(({ owner, containers, pods, found }) => {
      const [first] = containers;
      const limit = limitOf(first);
      const peak = peakOf(model, first, found.end.finishedAt);
      const node = limit === undefined ? systemOom(model, first.pod) : undefined;
      const less = lowered(model, owner, first);
      const evidence: Finding[] = [endEvidence(first, found.end)];
      if (limit !== undefined)
        evidence.push(fieldEvidence(first.pod, "spec.containers.resources.limits.memory", limit));
      if (peak)
        evidence.push({
          source: "metric",
          ref: evidence[0]?.ref ?? "",
          path: "container_memory_working_set_bytes",
          quote: `largest value before the kill ${formatBytes(peak.bytes)}${partOf(peak.bytes, limit)}`,
          at: timeOf(peak.at),
        });
      if (node) evidence.push(eventEvidence(node.event, node.node));
      const killed = `${first.init ? "init container" : "container"} ${first.name} was killed for memory`;
      const measured = peak ? `, largest measured ${formatBytes(peak.bytes)}` : "";
      const why =
        limit === undefined
          ? `it has no memory limit of its own${node ? `, and node ${node.node.metadata.name} ran out` : ""}`
          : `its limit is ${limit}${measured}${less === undefined ? "" : `; ${less}`}`;
      return buildCause(model, {
        causeId: node ? "node-system-oom" : "container-oom-killed",
        object: node?.node ?? owner,
        ...(node ? {} : { container: first.name }),
        pods,
        containers,
        ...(found.when === "at times" ? { severity: "warning" as const } : {}),
        summary: `${owner.metadata.name}: ${killed}; ${why} (${first.restarts} restarts)`,
        evidence,
        confidence: limit === undefined && !node ? "likely" : "confirmed",
        notChecked: peak ? [] : ["memory use before the kill: no metrics"],
        actions:
          less !== undefined || earlierRevisionServes(model, owner)
            ? proposeRolloutUndo(model, owner, less ?? "an earlier revision still serves")
            : [],
      });
    }),
};
