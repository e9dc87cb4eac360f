import { renderTemplates } from "../../diagnosis/index.js";
import type { DiagnosisAnswer } from "../../domain/diagnosis.js";
import type { LogTail } from "../../domain/snapshot.js";
import type { Toolbox } from "../tools/toolbox.js";

const mostLogs = 4;
const mostTemplates = 6;

/** What the model is given first: the rules' verdicts with their numbered evidence, and what the logs that were read hold. */
export function buildDigest(
  answer: DiagnosisAnswer,
  logs: readonly LogTail[],
  { record }: Pick<Toolbox, "record">,
): string {
  return JSON.stringify({
    scope: answer.scope,
    status: answer.status,
    verdicts: answer.verdicts
      .slice(0, 10)
      .map(({ causeId, object, confidence, summary, since, evidence, effects, notChecked }) => ({
        causeId,
        object,
        confidence,
        summary,
        since,
        evidence: evidence.slice(0, 6),
        effects: effects.slice(0, 6),
        notChecked,
      })),
    logs: logs.slice(0, mostLogs).map(({ pod, container, previous, lines }) => ({
      evidence: record(`log ${pod} ${container}${previous ? " previous" : ""}`),
      pod,
      container,
      previous,
      lines: lines.length,
      templates: renderTemplates(lines, mostTemplates),
    })),
  });
}
