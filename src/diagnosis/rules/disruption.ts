import { at, type KubernetesObject, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence } from "../build-evidence.js";
import { eventText } from "../event-text.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";

const rules = describeRules("disruption", [
  [
    "pdb-blocks-eviction",
    "Disruption budget blocks a drain",
    "disruptionsAllowed 0 while a node with its pods is drained",
    "propose",
    "warning",
  ],
]);

function explainBudget(model: ScopeModel, budget: KubernetesObject): Cause[] {
  const { name, namespace } = budget.metadata;
  if (numberAt(budget, "status", "disruptionsAllowed") !== 0 || (numberAt(budget, "status", "expectedPods") ?? 0) === 0)
    return [];
  // Too few healthy pods are their own failure; the budget then does what it is for.
  const [healthy, wanted] = [
    numberAt(budget, "status", "currentHealthy") ?? 0,
    numberAt(budget, "status", "expectedPods") ?? 0,
  ];
  if (healthy < wanted) return [];
  const selector = textsAt(budget, "spec", "selector", "matchLabels");
  const pods = model.podsWith(namespace, selector);
  const draining = pods.filter((pod) => {
    const node = textAt(pod, "spec", "nodeName");
    return node !== undefined && at(model.find("Node", undefined, node), "spec", "unschedulable") === true;
  });
  const event = pods
    .flatMap((pod) => model.eventsOf(pod))
    .findLast((entry) => /violate the pod's disruption budget/i.test(eventText(entry)));
  if (draining.length === 0 && !event) return [];
  const rule = at(budget, "spec", "minAvailable") ?? at(budget, "spec", "maxUnavailable");
  return [
    buildCause(model, {
      causeId: "pdb-blocks-eviction",
      object: budget,
      pods: [],
      symptom: draining[0] ?? budget,
      summary: `PodDisruptionBudget ${name} lets none of ${wanted} pods go (${at(budget, "spec", "minAvailable") === undefined ? "maxUnavailable" : "minAvailable"} ${String(rule)}), and ${draining.length} of them are on a cordoned node`,
      evidence: [
        fieldEvidence(budget, "status.disruptionsAllowed", "0"),
        ...(event && pods[0] ? [eventEvidence(event, pods[0])] : []),
      ],
      confidence: event ? "confirmed" : "likely",
      severity: "warning",
    }),
  ];
}

/** Disruption budgets in the way of a drain. */
export const disruptionFamily: RuleFamily = {
  rules,
  evaluate: (model) => model.list("PodDisruptionBudget").flatMap((budget) => explainBudget(model, budget)),
};
