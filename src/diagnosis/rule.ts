import type { Verdict } from "../domain/diagnosis.js";
import type { KubernetesObject, ObjectRef } from "../domain/kubernetes-object.js";
import type { ContainerState } from "./container-state.js";
import type { Explained } from "./explained.js";
import type { ScopeModel } from "./scope-model.js";

/** A rule as the catalogue shows it. */
export interface RuleDescription {
  /** The causeId that its verdicts carry. */
  id: string;
  family: string;
  title: string;
  signals: string;
  /** auto: a typed, reversible action; propose: a person must name a value; advise: never executed by the bot. */
  remediation: "auto" | "propose" | "advise";
  severity: "critical" | "warning" | "info";
}

/** A cause that a family found, with what it accounts for: families further downstream say nothing of these again. */
export interface Cause {
  verdict: Verdict;
  /** Pods, workloads, claims and Services whose trouble it explains. */
  explains: readonly KubernetesObject[];
  /** Containers that it explains, where it leaves the rest of the pod open. */
  containers?: readonly ContainerState[];
  /** Worth a word only where something else suffers from it: a Service that selects nothing may just be left over. */
  onlyWithEffects?: boolean;
  /** It keeps others from what it serves although its pods are ready: it answers too slowly, or calls to it are lost. */
  hinders?: boolean;
  /** The Service that is waited for: where that one fails, this is an effect and no cause of its own. */
  dependsOn?: ObjectRef;
}

/** Rules that share what they look at. `evaluate` never throws: what it lacks makes it silent or less certain. */
export interface RuleFamily {
  rules: readonly RuleDescription[];
  /** @param explained what families further upstream have found already. */
  evaluate(model: ScopeModel, explained: Explained): Cause[];
}

/** Describes the rules of one family. */
export function describeRules(
  family: string,
  rows: readonly (readonly [
    id: string,
    title: string,
    signals: string,
    remediation?: RuleDescription["remediation"],
    severity?: RuleDescription["severity"],
  ])[],
): RuleDescription[] {
  return rows.map(([id, title, signals, remediation = "advise", severity = "critical"]) => ({
    id,
    family,
    title,
    signals,
    remediation,
    severity,
  }));
}
