import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { conditionOf } from "./build-evidence.js";
import { eventReason, eventText } from "./event-text.js";
import { parseScheduling } from "./parse-scheduling.js";
import type { ScopeModel } from "./scope-model.js";

/** The scheduler's last words on a pod, with the event that repeats them; of its condition, unless only the event tells. */
export function schedulerSays(
  model: ScopeModel,
  pod: KubernetesObject,
): { message: string; said: string; event: KubernetesObject | undefined } {
  const event = model.eventsOf(pod).findLast((entry) => eventReason(entry) === "FailedScheduling");
  const said = conditionOf(pod, "PodScheduled")?.message ?? "";
  return { message: parseScheduling(said).length > 0 || !event ? said : eventText(event), said, event };
}
