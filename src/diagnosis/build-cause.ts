import type { ActionProposal } from "../domain/action.js";
import type { Confidence, Verdict } from "../domain/diagnosis.js";
import type { KubernetesObject, ObjectRef } from "../domain/kubernetes-object.js";
import { type Finding, numbered } from "./build-evidence.js";
import type { ContainerState } from "./container-state.js";
import type { Cause } from "./rule.js";
import { refOf, type ScopeModel } from "./scope-model.js";
import { effectsOnAll, severityOf } from "./workload-health.js";

/** What a rule knows of a cause; the rest of the verdict follows from the model. */
export interface CauseDraft {
  causeId: string;
  /** What a person would change. */
  object: KubernetesObject;
  container?: string | undefined;
  /** The pods that suffer; the first one is shown. */
  pods: readonly KubernetesObject[];
  /** Shown where no pod suffers. */
  symptom?: KubernetesObject;
  summary: string;
  evidence: readonly Finding[];
  confidence?: Confidence;
  severity?: Verdict["severity"];
  since?: string | undefined;
  effects?: Verdict["effects"];
  ruledOut?: Verdict["ruledOut"];
  notChecked?: readonly string[];
  actions?: readonly ActionProposal[];
  explains?: readonly KubernetesObject[];
  containers?: readonly ContainerState[];
  dependsOn?: ObjectRef | undefined;
  onlyWithEffects?: boolean;
}

function oldest(pods: readonly KubernetesObject[]): string | undefined {
  return pods.flatMap((pod) => pod.metadata.creationTimestamp ?? []).sort()[0];
}

/** Makes a cause of what a rule knows: effects, severity and start come from the model where the rule says nothing. */
export function buildCause(model: ScopeModel, draft: CauseDraft): Cause {
  const { object, pods, container, containers, dependsOn } = draft;
  const symptom = pods[0] ?? draft.symptom ?? object;
  const since = draft.since ?? oldest(pods);
  const owners = new Set(pods.map((pod) => model.topOwner(pod)));
  const worst = [...owners].some((owner) => severityOf(owner) === "critical") || owners.size === 0;
  return {
    verdict: {
      causeId: draft.causeId,
      object: refOf(object, container),
      symptomObject: refOf(symptom),
      confidence: draft.confidence ?? "confirmed",
      severity: draft.severity ?? (worst ? "critical" : "warning"),
      summary: draft.summary,
      ...(since === undefined ? {} : { since }),
      evidence: numbered(draft.evidence),
      effects: [...(draft.effects ?? effectsOnAll(model, pods))],
      ruledOut: [...(draft.ruledOut ?? [])],
      notChecked: [...(draft.notChecked ?? [])],
      // Nothing is proposed against what is not known.
      actions: draft.confidence === "inconclusive" ? [] : [...(draft.actions ?? [])],
    },
    explains: draft.explains ?? [...pods, ...owners],
    ...(containers === undefined ? {} : { containers }),
    ...(dependsOn === undefined ? {} : { dependsOn }),
    ...(draft.onlyWithEffects === true ? { onlyWithEffects: true } : {}),
  };
}
