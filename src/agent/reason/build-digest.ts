import type { DiagnosisAnswer } from "../../domain/diagnosis.js";

/** What the model is given first: the rules' verdicts with their numbered evidence, and nothing of the objects. */
export function buildDigest(answer: DiagnosisAnswer): string {
  return JSON.stringify({
    scope: answer.scope,
    status: answer.status,
    verdicts: answer.verdicts
      .slice(0, 10)
      .map(({ causeId, object, confidence, summary, evidence, effects, notChecked }) => ({
        causeId,
        object,
        confidence,
        summary,
        evidence: evidence.slice(0, 6),
        effects: effects.slice(0, 6),
        notChecked,
      })),
  });
}
