import { at, type KubernetesObject, numberAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { isNearName } from "../near-name.js";
import { fitNodes } from "../node-fit.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";
import { selects } from "../workload-health.js";

const rules = describeRules("daemonset", [
  [
    "daemonset-not-scheduled",
    "DaemonSet is on no node",
    "desiredNumberScheduled 0: its selector, affinity or tolerations fit no node",
    "propose",
  ],
  [
    "daemonset-misscheduled",
    "DaemonSet runs where it should not",
    "status.numberMisscheduled above 0",
    "advise",
    "warning",
  ],
]);

/** A label of some node that was probably meant. */
function nearLabel(model: ScopeModel, selector: readonly [string, string][]): string | undefined {
  for (const [key, value] of selector)
    for (const node of model.list("Node"))
      for (const [name, has] of Object.entries(node.metadata.labels ?? {}))
        if ((name === key && isNearName(has, value)) || (has === value && has !== "" && isNearName(name, key)))
          return `${name}=${has}`;
  return undefined;
}

function notScheduled(model: ScopeModel, set: KubernetesObject): Cause[] {
  if (numberAt(set, "status", "desiredNumberScheduled") !== 0 || model.ageOf(set) < 60_000) return [];
  const pod: KubernetesObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: set.metadata.name, ...(set.metadata.namespace ? { namespace: set.metadata.namespace } : {}) },
    spec: at(set, "spec", "template", "spec"),
  };
  // The controller itself tolerates what only keeps other pods away for a while.
  const fits = fitNodes(model, pod, () => []).map(({ node, blockers }) => ({
    node,
    blockers: blockers.filter(({ kind }) => ["selector", "affinity", "taint"].includes(kind)),
  }));
  if (fits.length === 0 || fits.some(({ blockers }) => blockers.length === 0)) return [];
  const selector = Object.entries(textsAt(pod, "spec", "nodeSelector"));
  const near = nearLabel(model, selector);
  const labels = textsAt(set, "spec", "template", "metadata", "labels");
  const services = model.list("Service", set.metadata.namespace).filter((service) => selects(service, labels));
  const says = [...new Set(fits.flatMap(({ blockers }) => blockers.map((blocker) => blocker.says)))];
  return [
    buildCause(model, {
      causeId: "daemonset-not-scheduled",
      object: set,
      pods: [],
      summary: `DaemonSet ${set.metadata.name} runs on none of ${fits.length} nodes: ${says.slice(0, 3).join("; ")}${near ? `; there is ${near}` : ""}`,
      evidence: [
        fieldEvidence(set, "status.desiredNumberScheduled", "0"),
        ...fits
          .slice(0, 3)
          .map(({ node, blockers }) =>
            fieldEvidence(node, "metadata.labels", blockers.map((blocker) => blocker.says).join("; ")),
          ),
      ],
      // For hardware that the cluster does not have, none is right.
      severity: near === undefined && services.length === 0 ? "warning" : "critical",
      effects: services.map((service) => ({
        object: refOf(service),
        summary: `Service ${service.metadata.name} has no endpoints`,
      })),
      since: set.metadata.creationTimestamp ?? undefined,
    }),
  ];
}

function misscheduled(model: ScopeModel, set: KubernetesObject): Cause[] {
  const count = numberAt(set, "status", "numberMisscheduled") ?? 0;
  if (count === 0) return [];
  return [
    buildCause(model, {
      causeId: "daemonset-misscheduled",
      object: set,
      pods: [],
      summary: `DaemonSet ${set.metadata.name} runs on ${count} nodes where it should not`,
      evidence: [fieldEvidence(set, "status.numberMisscheduled", String(count))],
      severity: "warning",
    }),
  ];
}

/** DaemonSets that are on no node, or on the wrong ones. */
export const daemonSetFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("DaemonSet")
      .filter((set) => !explained.has(set) && set.metadata.deletionTimestamp === undefined)
      .flatMap((set) => [...notScheduled(model, set), ...misscheduled(model, set)]),
};
