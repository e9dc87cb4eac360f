import type { DiagnosisAnswer } from "../../domain/diagnosis.js";

/** Asked only when the rules leave something open. */
export function needsModel(answer: DiagnosisAnswer): boolean {
  return (
    answer.status !== "healthy" && answer.verdicts.filter((verdict) => verdict.confidence === "confirmed").length !== 1
  );
}
