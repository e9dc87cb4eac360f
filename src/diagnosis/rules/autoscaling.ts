import { at, type KubernetesObject, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";

const rules = describeRules("autoscaling", [
  [
    "hpa-requests-missing",
    "Autoscaler has no requests to measure against",
    "ScalingActive=False: missing request for …",
    "propose",
    "warning",
  ],
  [
    "hpa-metrics-unavailable",
    "Autoscaler gets no metrics",
    "ScalingActive=False, FailedGet…Metric",
    "propose",
    "warning",
  ],
  [
    "hpa-target-not-found",
    "Autoscaler's target does not exist",
    "AbleToScale=False, FailedGetScale",
    "propose",
    "warning",
  ],
  ["hpa-at-max", "Autoscaler is at its maximum", "ScalingLimited=True, TooManyReplicas", "propose", "warning"],
]);

function explainAutoscaler(
  model: ScopeModel,
  hpa: KubernetesObject,
  covered: (target: KubernetesObject) => boolean,
): Cause[] {
  const { name, namespace } = hpa.metadata;
  const [kind, wanted] = [
    textAt(hpa, "spec", "scaleTargetRef", "kind") ?? "",
    textAt(hpa, "spec", "scaleTargetRef", "name") ?? "",
  ];
  const target = model.find(kind, namespace, wanted);
  const able = conditionOf(hpa, "AbleToScale");
  const active = conditionOf(hpa, "ScalingActive");
  const build = (causeId: string, type: string, summary: string, effect: string, why = type): Cause =>
    buildCause(model, {
      causeId,
      object: hpa,
      pods: [],
      summary,
      evidence: [...conditionEvidence(hpa, type), fieldEvidence(hpa, "spec.scaleTargetRef", `${kind}/${wanted}`)],
      severity: "warning",
      confidence: why === "" ? "likely" : "confirmed",
      since: conditionOf(hpa, type)?.since,
      effects: target && effect !== "" ? [{ object: refOf(target), summary: effect }] : [],
      explains: [hpa],
    });
  if (able?.status === "False" && /FailedGetScale/.test(able.reason) && !target && model.knows(kind)) {
    return [
      build(
        "hpa-target-not-found",
        "AbleToScale",
        `HorizontalPodAutoscaler ${name} scales ${kind} ${wanted}, which does not exist`,
        "",
      ),
    ];
  }
  if (active?.status === "False" && active.reason.startsWith("FailedGet")) {
    // Pods that are down or have just been made have no metrics: that is their failure, not the autoscaler's.
    if (target && covered(target)) return [];
    if (/did not receive metrics for targeted pods|pods might be unready/i.test(active.message)) return [];
    const replicas = target && numberAt(target, "spec", "replicas");
    const stays = `${wanted} is not scaled and stays at ${replicas ?? "its"} replicas`;
    if (/missing request for/i.test(active.message))
      return [
        build(
          "hpa-requests-missing",
          "ScalingActive",
          `HorizontalPodAutoscaler ${name} cannot compute use: ${active.message}`,
          stays,
        ),
      ];
    return [
      build(
        "hpa-metrics-unavailable",
        "ScalingActive",
        `HorizontalPodAutoscaler ${name} gets no metrics: ${active.message}`,
        stays,
        active.message,
      ),
    ];
  }
  const limited = conditionOf(hpa, "ScalingLimited");
  const most = numberAt(hpa, "spec", "maxReplicas");
  const current = numberAt(hpa, "status", "currentReplicas");
  if (limited?.status === "True" && limited.reason === "TooManyReplicas" && most !== undefined && current === most)
    return [
      build(
        "hpa-at-max",
        "ScalingLimited",
        `HorizontalPodAutoscaler ${name} is at its maximum of ${most} replicas and would scale further`,
        "",
      ),
    ];
  return [];
}

/** Autoscalers that cannot do their work. */
export const autoscalingFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("HorizontalPodAutoscaler")
      .filter((hpa) => at(hpa, "status") !== undefined)
      .flatMap((hpa) => explainAutoscaler(model, hpa, (target) => explained.has(target))),
};
