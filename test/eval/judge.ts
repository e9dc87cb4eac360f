import type { DiagnosisAnswer, Verdict } from "../../src/domain/diagnosis.js";
import type { ObjectRef } from "../../src/domain/kubernetes-object.js";
import type { Expectation, Failure } from "./case.js";

export type Judgement = "right" | "symptom only" | "wrong" | "silent" | "false alarm";

/** Causes that say no more than what anybody sees: in place of the true one they are too little, but they mislead nobody. */
const symptoms = new Set([
  "unexplained-failure",
  "container-crash",
  "init-container-failed",
  "progress-deadline-exceeded",
  "job-backoff-limit-exceeded",
  "job-deadline-exceeded",
  "statefulset-blocked",
  "service-backends-not-ready",
  "liveness-app-unhealthy",
  "readiness-app-not-ready",
  "startup-budget-exceeded",
  "dependency-unreachable",
  "pod-evicted",
]);

const nameOf = ({ kind, name }: ObjectRef): string => `${kind}/${name}`;
const isSaid = ({ confidence }: Verdict): boolean => confidence !== "inconclusive";

/** Is this verdict one of the root causes that count as right, at the object that a person would repair? */
export function isAcceptable(expect: Failure, verdict: Verdict): boolean {
  return expect.causes.some(({ causeId, object }) => causeId === verdict.causeId && object === nameOf(verdict.object));
}

/** Does a verdict name what fails, as its object, its symptom or an effect? */
function namesFailure(expect: Failure, { object, symptomObject, effects }: Verdict): boolean {
  const failing = new Set([...expect.causes.map((cause) => cause.object), ...expect.suffers]);
  return [object, symptomObject, ...effects.map((effect) => effect.object)].some((ref) => failing.has(nameOf(ref)));
}

/** Is this verdict true of what fails, though it is not its root: its symptom, or the right cause at what suffers? */
export function isSymptom(expect: Failure, verdict: Verdict): boolean {
  const known = symptoms.has(verdict.causeId) || expect.causes.some(({ causeId }) => causeId === verdict.causeId);
  return known && namesFailure(expect, verdict);
}

/** How good one answer is. A cause that misleads is worse than none, and none is worse than the symptom. */
export function judge(expect: Expectation, answer: DiagnosisAnswer): Judgement {
  const { status, verdicts } = answer;
  if (expect.status === "healthy") return status === "healthy" ? "right" : "false alarm";
  if (verdicts.some((verdict) => isSaid(verdict) && expect.never.includes(verdict.causeId))) return "wrong";
  const [root] = verdicts;
  if (root === undefined) return "silent";
  const told = expect.status === "warning" || status === "failing";
  if (told && isSaid(root) && isAcceptable(expect, root)) return "right";
  if (isSaid(root) && !isSymptom(expect, root)) return "wrong";
  return verdicts.some((verdict) => namesFailure(expect, verdict)) ? "symptom only" : "silent";
}
