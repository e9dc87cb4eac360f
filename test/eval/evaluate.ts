import { diagnose } from "../../src/diagnosis/index.js";
import type { DiagnosisAnswer } from "../../src/domain/diagnosis.js";
import type { Scope } from "../../src/domain/investigation-request.js";
import { parseObjectName } from "../../src/domain/parse-object-name.js";
import { readSnapshot } from "../../src/platform/files/read-snapshot.js";
import type { LoadedCase } from "./case.js";
import { checkMutations } from "./check-mutations.js";
import { judge, type Judgement } from "./judge.js";

export interface Result {
  case: LoadedCase;
  judgement: Judgement;
  /** Was the right cause given as proved? */
  confirmed: boolean;
  milliseconds: number;
  /** What the answer said, in one line. */
  said: string;
  /** Mutations of a failing case whose answer is not sound, with what is wrong. */
  unsound: readonly (readonly [mutation: string, problem: string])[];
}

function summarise({ status, verdicts }: DiagnosisAnswer): string {
  const told = verdicts.map(
    ({ causeId, object: { kind, name }, confidence }) => `${confidence} ${causeId} at ${kind}/${name}`,
  );
  return [status, ...told].join("; ");
}

/** Diagnoses one case and judges the answer, and those of its mutations where it fails. */
export function evaluate(entry: LoadedCase, mutations = true): Result {
  const snapshot = readSnapshot(entry.directory);
  const { namespace, object } = entry.scope;
  const scope: Partial<Scope> = { namespace, object: object === undefined ? null : parseObjectName(object) };
  const started = performance.now();
  const answer = diagnose(snapshot, scope, new Date(snapshot.meta.now));
  const milliseconds = performance.now() - started;
  const judgement = judge(entry.expect, answer);
  const checked = mutations && entry.expect.status !== "healthy" ? checkMutations(entry.expect, snapshot, scope) : {};
  return {
    case: entry,
    judgement,
    confirmed: judgement === "right" && answer.verdicts[0]?.confidence === "confirmed",
    milliseconds,
    said: summarise(answer),
    unsound: Object.entries(checked).flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problem]])),
  };
}
