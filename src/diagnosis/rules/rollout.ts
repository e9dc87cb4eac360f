import type { Verdict } from "../../domain/diagnosis.js";
import { at, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence } from "../build-evidence.js";
import { isNamedByAlert } from "../named-by-alert.js";
import { revisionOf } from "../object-index.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { proposeScaleBack, replicasBefore } from "../propose-scale.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";
import { isReady, replicasOf, selects } from "../workload-health.js";

const rules = describeRules("rollout", [
  [
    "progress-deadline-exceeded",
    "Rollout stands still",
    "Progressing=False, ProgressDeadlineExceeded, no cause in its pods",
    "auto",
  ],
  ["rollout-paused", "Rollout is paused", "spec.paused, and a firing alert names it", "propose", "warning"],
  [
    "generation-mismatch",
    "Change not processed",
    "status.observedGeneration behind metadata.generation, and a firing alert names it",
    "advise",
    "warning",
  ],
  [
    "statefulset-service-not-found",
    "Governing Service missing",
    "spec.serviceName names no Service",
    "propose",
    "warning",
  ],
]);

/** Rollouts that stand still where no pod shows why. */
export const rolloutFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) => [
    ...model.list("Deployment").flatMap((deployment): Cause[] => {
      if (explained.has(deployment) || deployment.metadata.deletionTimestamp !== undefined) return [];
      const { name } = deployment.metadata;
      if (at(deployment, "spec", "paused") === true) {
        if (!isNamedByAlert(model, deployment)) return [];
        return [
          buildCause(model, {
            causeId: "rollout-paused",
            object: deployment,
            pods: [],
            summary: `${name}: its rollout is paused`,
            evidence: [fieldEvidence(deployment, "spec.paused", "true")],
            severity: "warning",
          }),
        ];
      }
      if (at(deployment, "spec", "replicas") === 0) return scaledToZero(model, deployment);
      const progressing = conditionOf(deployment, "Progressing");
      if (progressing?.status !== "False" || progressing.reason !== "ProgressDeadlineExceeded")
        return late(model, deployment);
      const replicas = replicasOf(deployment);
      const updated = numberAt(deployment, "status", "updatedReplicas") ?? 0;
      // The condition stays until the next rollout: a Deployment that has all its pods has recovered (gate G1).
      if (replicas && replicas.available >= replicas.wanted && updated >= replicas.wanted) return [];
      const newest = model.revisions(deployment)[0];
      const pods = model.podsOf(deployment).filter((pod) => !isReady(pod));
      const revision = newest ? ` of revision ${revisionOf(newest)}` : "";
      return [
        buildCause(model, {
          causeId: "progress-deadline-exceeded",
          object: deployment,
          pods,
          summary: `${name}: the rollout${revision} stands still; ${replicas?.available ?? 0} of ${replicas?.wanted ?? 0} replicas are available, and no pod shows why`,
          evidence: conditionEvidence(deployment, "Progressing"),
          confidence: pods.length > 0 ? "likely" : "confirmed",
          since: progressing.since,
          explains: [deployment, ...pods],
          actions: proposeUndoToServing(model, deployment),
        }),
      ];
    }),
    ...model.list("StatefulSet").flatMap((set): Cause[] => {
      if (explained.has(set)) return [];
      const service = textAt(set, "spec", "serviceName") ?? "";
      if (at(set, "spec", "replicas") === 0) return scaledToZero(model, set);
      if (service === "" || !model.knows("Service") || model.find("Service", set.metadata.namespace, service))
        return late(model, set);
      return [
        buildCause(model, {
          causeId: "statefulset-service-not-found",
          object: set,
          pods: [],
          summary: `${set.metadata.name}: its governing Service ${service} does not exist, so its pods have no names of their own`,
          evidence: [fieldEvidence(set, "spec.serviceName", service)],
          severity: "warning",
        }),
      ];
    }),
  ],
};

/** Services that nobody serves, and that this workload's pods would. */
function servicesWithout(model: ScopeModel, workload: Parameters<typeof fieldEvidence>[0]): Verdict["effects"] {
  const labels = textsAt(workload, "spec", "template", "metadata", "labels");
  return model
    .list("Service", workload.metadata.namespace)
    .filter((service) => selects(service, labels) && model.podsBehind(service).length === 0)
    .map((service) => ({ object: refOf(service), summary: `Service ${service.metadata.name} has no endpoints` }));
}

function scaledToZero(model: ScopeModel, workload: Parameters<typeof fieldEvidence>[0]): Cause[] {
  if (!isNamedByAlert(model, workload)) return [];
  const before = replicasBefore(model, workload);
  return [
    buildCause(model, {
      causeId: "scaled-to-zero",
      object: workload,
      pods: [],
      summary: `${workload.metadata.name} is scaled to zero${before === undefined ? "" : `; it had ${before} replicas`}`,
      evidence: [fieldEvidence(workload, "spec.replicas", "0")],
      severity: "warning",
      effects: servicesWithout(model, workload),
      actions: proposeScaleBack(model, workload),
    }),
  ];
}

/** A controller sees a change within seconds: a moment is no failure, so an alert must say that it stays so. */
function late(model: ScopeModel, workload: Parameters<typeof fieldEvidence>[0]): Cause[] {
  const wanted = workload.metadata.generation;
  const seen = numberAt(workload, "status", "observedGeneration");
  if (wanted === undefined || seen === undefined || seen >= wanted || !isNamedByAlert(model, workload)) return [];
  return [
    buildCause(model, {
      causeId: "generation-mismatch",
      object: workload,
      pods: [],
      summary: `${workload.metadata.name}: its controller has not taken up the last change (generation ${wanted}, seen ${seen})`,
      evidence: [fieldEvidence(workload, "status.observedGeneration", `${seen} of ${wanted}`)],
      confidence: "likely",
      severity: "warning",
    }),
  ];
}
