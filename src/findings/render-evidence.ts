import type { DiagnosisAnswer } from "../domain/diagnosis.js";
import { context, preformatted, section, textBudget } from "./blocks.js";
import type { Card } from "./card.js";
import { mostShown } from "./render-verdict.js";
import type { Message } from "./message.js";
import { code, cut, escapeText } from "./text.js";

/** What was done, in the order in which it was done, and what it cost. */
function course(card: Card, answer: DiagnosisAnswer): string {
  const began = Date.parse(card.request.requestedAt);
  const after = (at: string) => `${((Date.parse(at) - began) / 1_000).toFixed(1)} s`;
  const { objects, events, logLines, rules } = answer.checked;
  const { apiCalls, milliseconds } = answer.cost;
  return [
    ...card.progress.map(({ at, step, text }) => `✓ ${step} · ${text} · after ${after(at)}`),
    `✓ rules · ${rules} over ${objects} objects, ${events} events, ${logLines} log lines · ${apiCalls} API calls in ${milliseconds} ms`,
    ...(card.finding
      ? [
          `✓ synthesis · ${card.finding.model.used ? (card.finding.model.model ?? "a model") : "rules only"} · after ${after(card.finding.at)}`,
        ]
      : []),
  ]
    .map((line) => escapeText(cut(line, 200)))
    .join("\n");
}

/** The thread reply with the course of the run and each claim's evidence, as it was read. */
export function renderEvidence(card: Card, answer: DiagnosisAnswer): Message {
  const steps = course(card, answer);
  const blocks: Message["blocks"] = [context("course", steps)];
  let left = textBudget - steps.length;
  for (const [row, verdict] of answer.verdicts.slice(0, mostShown).entries()) {
    const head = `*Evidence* ${code(verdict.causeId)} ${escapeText(cut(verdict.summary, 300))}`;
    if (head.length > left) break;
    blocks.push(section(`claim-${row}`, head));
    left -= head.length;
    for (const evidence of verdict.evidence) {
      const place = `[${evidence.id.replace(/^e/, "")}] ${evidence.source} ${evidence.ref}${evidence.path === undefined ? "" : ` ${evidence.path}`}${evidence.at === undefined ? "" : ` at ${evidence.at}`}`;
      const text = cut(`${place}\n${evidence.quote}`, 1_200);
      if (text.length > left || blocks.length >= 45) break;
      left -= text.length;
      blocks.push(preformatted(`evidence-${row}-${evidence.id}`, text));
    }
  }
  return {
    text: answer.verdicts.length === 0 ? "What was looked at" : `Evidence for ${answer.verdicts.length} finding(s)`,
    blocks,
    metadata: { event_type: "kubeclaw_note", event_payload: { run: card.request.run, key: "evidence" } },
  };
}
