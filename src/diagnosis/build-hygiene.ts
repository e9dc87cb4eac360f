import type { Confidence } from "../domain/diagnosis.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { buildCause } from "./build-cause.js";
import { fieldEvidence } from "./build-evidence.js";
import type { Cause } from "./rule.js";
import type { ScopeModel } from "./scope-model.js";

/** Something that may hurt one day and fails nothing now. */
export interface HygieneFinding {
  causeId: string;
  object: KubernetesObject;
  container?: string | undefined;
  summary: string;
  path: string;
  quote: string;
  severity?: "warning" | "info";
  confidence?: Confidence;
}

/** A hygiene finding as a cause: it has no effects, so it never makes an answer `failing`. */
export function buildHygiene(model: ScopeModel, finding: HygieneFinding): Cause {
  const { causeId, object, container, summary, path, quote, severity = "info", confidence = "confirmed" } = finding;
  return buildCause(model, {
    causeId,
    object,
    container,
    pods: [],
    summary,
    evidence: [fieldEvidence(object, path, quote)],
    severity,
    confidence,
    effects: [],
    explains: [],
  });
}
