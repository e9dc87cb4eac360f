import type { ActionProposal } from "../domain/action.js";
import { type KubernetesObject, numberAt } from "../domain/kubernetes-object.js";
import { eventReason, eventText } from "./event-text.js";
import { refOf, type ScopeModel } from "./scope-model.js";

/** The Deployment controller's own words: `Scaled down replica set shop-5f6d from 3 to 0`. */
const scaledAway = /^Scaled down replica set \S{1,253} from (\d{1,6}) to 0$/;
const most = 50;

/** How many replicas there were before the last scaling to none, as the cluster's events tell it. */
export function replicasBefore(model: ScopeModel, workload: KubernetesObject): number | undefined {
  const counts = model
    .eventsOf(workload)
    .filter((event) => eventReason(event) === "ScalingReplicaSet")
    .flatMap((event) => scaledAway.exec(eventText(event))?.[1] ?? []);
  const before = Number(counts.at(-1) ?? 0);
  return before > 0 ? before : undefined;
}

/** Proposes to go back to as many replicas as there were; nothing where nobody knows how many. */
export function proposeScaleBack(model: ScopeModel, workload: KubernetesObject): ActionProposal[] {
  const replicas = replicasBefore(model, workload);
  if (replicas === undefined || replicas > most || (numberAt(workload, "spec", "replicas") ?? 1) !== 0) return [];
  return [
    {
      type: "scale",
      object: refOf(workload),
      parameters: { replicas },
      tier: "T2",
      reason: `it had ${replicas} replicas before it was scaled to zero`,
    },
  ];
}
