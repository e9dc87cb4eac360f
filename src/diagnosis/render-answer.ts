import type { DiagnosisAnswer, Verdict } from "../domain/diagnosis.js";
import type { ObjectRef } from "../domain/kubernetes-object.js";

/** Characters that a terminal would act upon. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const marks = { confirmed: "confirmed", likely: "likely", inconclusive: "not certain" } as const;

function line(text: string): string {
  return text.replace(/\s+/g, " ").replace(control, "�");
}

function nameOf({ kind, namespace, name, container }: ObjectRef): string {
  const where = namespace === undefined ? "" : ` in ${namespace}`;
  return `${kind} ${name}${container === undefined ? "" : `, container ${container}`}${where}`;
}

function renderVerdict(verdict: Verdict, number: number): string[] {
  const { causeId, object, confidence, severity, summary, since, evidence, effects, ruledOut, notChecked, actions } =
    verdict;
  return [
    `${number}. ${line(summary)}`,
    `   ${causeId} · ${marks[confidence]} · ${severity}${since === undefined ? "" : ` · since ${line(since)}`}`,
    `   object: ${line(nameOf(object))}`,
    ...evidence.map(
      ({ id, source, ref, path, quote }) =>
        `   [${id}] ${source} ${line(ref)}${path === undefined ? "" : ` ${line(path)}`}: ${line(quote)}`,
    ),
    ...effects.map((effect) => `   effect: ${line(effect.summary)}`),
    ...ruledOut.map((other) => `   ruled out: ${other.causeId} (${line(other.because)})`),
    ...(notChecked.length > 0 ? [`   not checked: ${notChecked.map(line).join(", ")}`] : []),
    ...actions.map(
      ({ type, object: target, tier, reason }) =>
        `   can be done: ${type} ${line(nameOf(target))} (${tier}): ${line(reason)}`,
    ),
  ];
}

/** The answer as a person reads it in a terminal. Pure; whatever a terminal would act upon is taken out. */
export function renderAnswer(answer: DiagnosisAnswer): string {
  const { scope, status, verdicts, checked, warnings } = answer;
  const where = scope.object
    ? nameOf(scope.object)
    : scope.namespace === null
      ? "the snapshot"
      : `namespace ${scope.namespace}`;
  const head = {
    failing: `${where}: failing`,
    healthy: `${where}: no active failure`,
    inconclusive: `${where}: not certain`,
  }[status];
  return [
    line(head),
    ...verdicts.flatMap((verdict, index) => ["", ...renderVerdict(verdict, index + 1)]),
    "",
    `Looked at ${checked.objects} objects, ${checked.events} events, ${checked.logLines} log lines with ${checked.rules} rules.`,
    ...warnings.map((warning) => `Note: ${line(warning)}`),
  ].join("\n");
}
