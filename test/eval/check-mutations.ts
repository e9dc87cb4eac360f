import { diagnose } from "../../src/diagnosis/index.js";
import type { DiagnosisAnswer, Verdict } from "../../src/domain/diagnosis.js";
import type { Scope } from "../../src/domain/investigation-request.js";
import type { Snapshot } from "../../src/domain/snapshot.js";
import type { Failure } from "./case.js";
import { isAcceptable, isSymptom } from "./judge.js";
import { removals, unreadWithPartialRights, withNoise, withPartialRights } from "./mutate.js";

const keyOf = ({ causeId, object: { kind, name }, confidence }: Verdict): string =>
  `${causeId} ${kind}/${name} ${confidence}`;

/** What a weaker view made certain that the full one did not say; undefined where it is sound. */
export function newCertainty(expect: Failure, full: DiagnosisAnswer, weaker: DiagnosisAnswer): string | undefined {
  const said = new Set(full.verdicts.map(keyOf));
  const found = weaker.verdicts.find(
    (verdict) =>
      verdict.confidence === "confirmed" &&
      !isAcceptable(expect, verdict) &&
      !isSymptom(expect, verdict) &&
      !said.has(keyOf(verdict)),
  );
  return found && `confirmed another cause: ${keyOf(found)}`;
}

/** How noise changed an answer; undefined where it did not. */
export function changeByNoise(full: DiagnosisAnswer, noisy: DiagnosisAnswer): string | undefined {
  const tell = ({ status, verdicts }: DiagnosisAnswer) => [status, ...verdicts.map(keyOf)].join(", ");
  return tell(full) === tell(noisy) ? undefined : `was ${tell(full)}; became ${tell(noisy)}`;
}

/** What an answer for a failing scope hides of what was not read; undefined where it says so. */
export function hiddenGap(answer: DiagnosisAnswer): string | undefined {
  if (answer.status !== "healthy") return undefined;
  const hidden = unreadWithPartialRights.filter((part) => !answer.warnings.some((text) => text.includes(part)));
  return hidden.length === 0 ? undefined : `healthy without a word on ${hidden.join(", ")}`;
}

/** Every mutation of one failing case, by name: what is wrong with its answer, or undefined. */
export function checkMutations(
  expect: Failure,
  snapshot: Snapshot,
  scope: Partial<Scope>,
): Record<string, string | undefined> {
  const look = (mutated: Snapshot) => diagnose(mutated, scope, new Date(mutated.meta.now));
  const full = look(snapshot);
  const partial = look(withPartialRights(snapshot));
  return {
    ...Object.fromEntries(
      Object.entries(removals).map(([name, remove]) => [name, newCertainty(expect, full, look(remove(snapshot)))]),
    ),
    "with noise": changeByNoise(full, look(withNoise(snapshot))),
    "with partial rights": newCertainty(expect, full, partial) ?? hiddenGap(partial),
  };
}
