import { at, type KubernetesObject, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("statefulset", [
  [
    "statefulset-blocked",
    "A broken pod keeps the new revision out",
    "a pod of an older revision is not ready, and OrderedReady waits for it before it takes the new one",
    "propose",
  ],
]);

function blocked(model: ScopeModel, set: KubernetesObject): Cause[] {
  const update = textAt(set, "status", "updateRevision");
  if (update === undefined || textAt(set, "spec", "podManagementPolicy") === "Parallel") return [];
  if (textAt(set, "spec", "updateStrategy", "type") === "OnDelete") return [];
  const pods = model.podsOf(set).filter((pod) => {
    const revision = pod.metadata.labels?.["controller-revision-hash"];
    return revision !== undefined && revision !== update && !isReady(pod) && model.ageOf(pod) > 120_000;
  });
  const [pod] = pods;
  const waits = pod && model.containersIn(pod).find(({ waitingReason }) => waitingReason !== undefined);
  // One that is on its way up is waited for a moment; one that cannot start is waited for for ever.
  if (!pod || (!waits && textAt(pod, "status", "phase") !== "Pending")) return [];
  return [
    buildCause(model, {
      causeId: "statefulset-blocked",
      object: set,
      pods,
      summary: `StatefulSet ${set.metadata.name} does not get to its new revision ${update}: it waits for pod ${pod.metadata.name} of the old one, which is not ready${waits ? ` (${waits.waitingReason ?? ""})` : ""} and must be deleted by hand`,
      evidence: [
        fieldEvidence(
          pod,
          "metadata.labels.controller-revision-hash",
          pod.metadata.labels?.["controller-revision-hash"] ?? "",
        ),
        fieldEvidence(set, "status.updateRevision", update),
        ...(waits ? [fieldEvidence(pod, waits.path, `${waits.waitingReason ?? ""}: ${waits.waitingMessage}`)] : []),
      ],
    }),
  ];
}

/**
 * StatefulSets whose repaired template does not reach their pods.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export const statefulSetFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("StatefulSet")
      .filter((set) => !explained.has(set) && at(set, "spec", "replicas") !== 0)
      .flatMap((set) => blocked(model, set)),
};
