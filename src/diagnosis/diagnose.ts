import { cutText } from "../domain/cut-text.js";
import { errorMessage } from "../domain/errors.js";
import type { DiagnosisAnswer, Verdict } from "../domain/diagnosis.js";
import type { Scope } from "../domain/investigation-request.js";
import { type Snapshot, unreadKinds } from "../domain/snapshot.js";
import { addContext } from "./add-context.js";
import { families, hygieneFamilies, rules } from "./catalogue.js";
import { findUnexplained } from "./find-unexplained.js";
import { isRelevant } from "./decide-relevance.js";
import { Explained } from "./explained.js";
import { linkCauses } from "./link-causes.js";
import { isNearName } from "./near-name.js";
import type { Cause, RuleFamily } from "./rule.js";
import { buildScopeModel, type ScopeModel } from "./scope-model.js";

/** As many as an answer holds. */
const mostVerdicts = 200;
/** Kinds in which a failure itself shows: of the others only its cause. */
const showsFailure = ["Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "Service"] as const;

/** The kinds and the sources that rules could have used and that were not read, or not in full. */
function notChecked({ meta }: Snapshot): string[] {
  const { sources } = meta;
  const unread = sources.objects === "absent" ? [] : Object.entries(unreadKinds(meta));
  const absent = Object.entries(sources).filter(([, state]) => state === "absent");
  return [unread, absent].flatMap((part) => part.map(([name, state]) => `${name}: ${String(state)}`).sort());
}

/** Was read what it takes to say that nothing fails? */
function saysHealth({ meta }: Snapshot): boolean {
  const unread = unreadKinds(meta);
  return meta.sources.objects !== "absent" && showsFailure.every((kind) => unread[kind] === undefined);
}

/** Says when the object that was asked about is not there, with the name that was probably meant. */
function missingTarget(snapshot: Snapshot, scope: Partial<Scope>): string | undefined {
  const { object, namespace } = scope;
  if (!object) return undefined;
  const same = snapshot.objects.filter(
    (entry) =>
      entry.kind === object.kind &&
      (namespace === undefined || entry.metadata.namespace === undefined || entry.metadata.namespace === namespace),
  );
  if (same.length === 0 && snapshot.meta.sources.objects !== "full") return undefined;
  if (same.some((entry) => entry.metadata.name === object.name)) return undefined;
  const near = same.map((entry) => entry.metadata.name).filter((name) => isNearName(name, object.name));
  const meant = near.length > 0 ? `; did you mean ${near.slice(0, 3).join(" or ")}?` : "";
  return `There is no ${object.kind} ${object.name} in ${namespace ?? "any namespace"}${meant}`;
}

function statusOf(verdicts: readonly Verdict[], snapshot: Snapshot): DiagnosisAnswer["status"] {
  const explained = verdicts.filter((verdict) => verdict.confidence !== "inconclusive");
  const failing = explained.some(
    (verdict) => verdict.severity === "critical" || (verdict.severity === "warning" && verdict.effects.length > 0),
  );
  if (failing) return "failing";
  if (verdicts.some((verdict) => verdict.confidence === "inconclusive" && verdict.severity === "critical"))
    return "inconclusive";
  return saysHealth(snapshot) ? "healthy" : "inconclusive";
}

/** Runs the families, the most upstream first; each sees what those before it have explained. */
function findCauses(model: ScopeModel, hygiene: boolean): { causes: Cause[]; broken: string[] } {
  const explained = new Explained();
  const broken: string[] = [];
  const run = (list: readonly RuleFamily[]): Cause[] =>
    list.flatMap((family) => {
      try {
        const found = family.evaluate(model, explained);
        for (const cause of found) explained.add(cause);
        return found;
      } catch (error) {
        // A fault of ours in one family costs its own verdicts, never the whole answer.
        broken.push(`The rules of ${family.rules[0]?.family ?? "a family"} failed: ${errorMessage(error)}`);
        return [];
      }
    });
  const failures = [...run(families), ...findUnexplained(model, explained)];
  return { causes: [...linkCauses(model, failures), ...(hygiene ? run(hygieneFamilies) : [])], broken };
}

/** What was not there, or could not be judged, is not healthy. */
function judge(status: DiagnosisAnswer["status"], open: boolean): DiagnosisAnswer["status"] {
  return open && status === "healthy" ? "inconclusive" : status;
}

/** Names of a cluster can be long: no text of a verdict is longer than the answer's schema lets it be. */
function fit(verdict: Verdict): Verdict {
  const { summary, since, evidence, effects, ruledOut, actions } = verdict;
  return {
    ...verdict,
    summary: cutText(summary, 1_000),
    ...(since === undefined ? {} : { since: cutText(since, 40) }),
    evidence: evidence.map((entry) => ({ ...entry, ref: cutText(entry.ref, 400) })),
    effects: effects.slice(0, 50).map((effect) => ({ ...effect, summary: cutText(effect.summary, 500) })),
    ruledOut: ruledOut.slice(0, 20).map((other) => ({ ...other, because: cutText(other.because, 500) })),
    actions: actions.map((action) => ({ ...action, reason: cutText(action.reason, 500) })),
  };
}

/**
 * The deterministic diagnosis: snapshot, scope and time in, verdicts out, the most upstream cause first. Pure.
 * @param spent what reading the snapshot cost; zeros where it came from disk.
 * @param hygiene also what fails nothing now, behind what does.
 */
export function diagnose(
  snapshot: Snapshot,
  scope: Partial<Scope>,
  now: Date,
  spent: DiagnosisAnswer["cost"] = { apiCalls: 0, bytes: 0, milliseconds: 0 },
  hygiene = false,
): DiagnosisAnswer {
  const model = buildScopeModel(snapshot, now);
  const missing = notChecked(snapshot);
  const absent = missingTarget(snapshot, scope);
  const unread = missing.map((entry) => entry.replace(/: absent$/, ""));
  const { causes, broken } = findCauses(model, hygiene);
  const relevant = causes.filter((cause) => isRelevant(model, scope, cause));
  const warnings = [
    ...(absent === undefined ? [] : [absent]),
    ...broken,
    ...(unread.length > 0 ? [`Not checked: ${unread.join(", ")}`] : []),
    ...(relevant.length > mostVerdicts ? [`${relevant.length - mostVerdicts} more verdicts are left out`] : []),
    ...snapshot.warnings,
  ];
  const verdicts = relevant.map(({ verdict }) => ({
    ...fit(addContext(model, verdict)),
    notChecked: [...verdict.notChecked, ...missing].slice(0, 20),
  }));
  return {
    schema: "kubeclaw.dev/diagnosis/v1",
    now: now.toISOString(),
    scope: {
      namespace: scope.namespace ?? null,
      object: scope.object
        ? { ...scope.object, ...(scope.namespace === undefined ? {} : { namespace: scope.namespace }) }
        : null,
    },
    status: judge(statusOf(verdicts, snapshot), absent !== undefined || broken.length > 0),
    verdicts: verdicts.slice(0, mostVerdicts),
    checked: {
      objects: snapshot.objects.length,
      events: snapshot.events.length,
      logLines: snapshot.logs.reduce((sum, log) => sum + log.lines.length, 0),
      rules: rules.length,
    },
    cost: spent,
    warnings: warnings.slice(0, 50).map((warning) => cutText(warning, 500)),
  };
}
