import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, waitingEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { eventReason, eventText } from "../event-text.js";
import { groupContainers } from "../group-containers.js";
import { describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("volume", [
  ["volume-multi-attach", "Volume is still attached elsewhere", "FailedAttachVolume: Multi-Attach error", "propose"],
  ["volume-mount-failed", "Volume cannot be mounted", "FailedMount or FailedAttachVolume, pod in ContainerCreating"],
]);

const missingSource = /(?:secret|configmap) "[^"]{1,253}" not found|references non-existent (?:secret|config) key/i;

function failureOf(
  model: ScopeModel,
  container: ContainerState,
): { key: string; causeId: string; event: KubernetesObject } | null {
  if (container.waitingReason !== "ContainerCreating" && container.waitingReason !== "PodInitializing") return null;
  if (model.ageOf(container.pod) < 60_000) return null;
  // Where a container of the pod was started, its volumes were mounted before.
  if (
    model
      .containersIn(container.pod)
      .some(({ running, ended, before }) => running || ended !== undefined || before !== undefined)
  )
    return null;
  const events = model
    .eventsOf(container.pod)
    .filter((event) => ["FailedMount", "FailedAttachVolume", "FailedMapVolume"].includes(eventReason(event)));
  if (events.some((event) => missingSource.test(eventText(event)))) return null;
  const attached = events.findLast((event) => /Multi-Attach error/i.test(eventText(event)));
  if (attached) return { key: "multi", causeId: "volume-multi-attach", event: attached };
  // "timed out waiting for the condition" only repeats; what else was said says why.
  const telling = events.findLast((event) => !/timed out waiting for the condition/i.test(eventText(event)));
  const event = telling ?? events.at(-1);
  return event ? { key: "mount", causeId: "volume-mount-failed", event } : null;
}

/** Volumes that are bound and still do not reach the pod. */
export const volumeFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => failureOf(model, container)).map(
      ({ owner, containers, pods, found }) =>
        buildCause(model, {
          causeId: found.causeId,
          object: owner,
          pods,
          summary: `${owner.metadata.name}: ${found.causeId === "volume-multi-attach" ? "its volume is still attached to another node" : "a volume cannot be mounted"}: ${eventText(found.event)}`,
          evidence: [eventEvidence(found.event, containers[0].pod), waitingEvidence(containers[0])],
          ruledOut: [{ causeId: "image-not-found", because: "volumes are mounted before images are pulled" }],
        }),
    ),
};
