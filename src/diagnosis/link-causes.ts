import { cutText } from "../domain/cut-text.js";
import type { Verdict } from "../domain/diagnosis.js";
import type { ObjectRef } from "../domain/kubernetes-object.js";
import { keyOf } from "./object-index.js";
import { readyBehind } from "./resolve-service.js";
import type { Cause } from "./rule.js";
import { refOf, type ScopeModel } from "./scope-model.js";
import { selects } from "./workload-health.js";

const id = ({ kind, namespace, name }: ObjectRef) => keyOf(kind, namespace, name);

/** Is a cause about a Service: about itself, about a pod behind it, or with it among what suffers? */
function isBehind(model: ScopeModel, cause: Cause, service: ObjectRef): boolean {
  const { object, effects } = cause.verdict;
  if (id(object) === id(service)) return true;
  const found = model.find("Service", service.namespace, service.name);
  // With an endpoint left, a pod behind it that fails is not what keeps the others from reaching it.
  if (!found || (readyBehind(model, found) > 0 && cause.hinders !== true)) return false;
  return (
    effects.some((effect) => id(effect.object) === id(service)) ||
    cause.explains.some(
      (pod) =>
        pod.kind === "Pod" && pod.metadata.namespace === service.namespace && selects(found, pod.metadata.labels),
    )
  );
}

function withEffects(verdict: Verdict, more: Verdict["effects"]): Verdict {
  const known = new Set([id(verdict.object), ...verdict.effects.map((effect) => id(effect.object))]);
  const added = more.filter((effect) => !known.has(id(effect.object)) && known.add(id(effect.object)));
  return { ...verdict, effects: [...verdict.effects, ...added] };
}

/** One cause of one object is one verdict, however many workloads showed it. */
function mergeSame(model: ScopeModel, causes: readonly Cause[]): Cause[] {
  const byCause = new Map<string, Cause>();
  for (const cause of causes) {
    const { causeId, object, summary } = cause.verdict;
    // A workload's own failures were grouped by its rule: two of them there are two.
    const own = cause.explains.some((pod) => pod.kind === "Pod" && id(refOf(model.topOwner(pod))) === id(object));
    const key = `${causeId} ${id(object)} ${own ? `${object.container ?? ""} ${summary}` : ""}`;
    const known = byCause.get(key);
    if (!known) {
      byCause.set(key, cause);
      continue;
    }
    byCause.set(key, {
      ...known,
      verdict: withEffects(known.verdict, [
        { object: cause.verdict.symptomObject, summary: cutText(cause.verdict.summary, 500) },
        ...cause.verdict.effects,
      ]),
      explains: [...known.explains, ...cause.explains],
    });
  }
  return [...byCause.values()];
}

/**
 * Turns a failure that waits for a Service into an effect of whatever broke that Service (gate G5). What waits for each
 * other in a circle stays as it is.
 */
export function linkCauses(model: ScopeModel, found: readonly Cause[]): Cause[] {
  const causes = mergeSame(model, found);
  const upstream = new Map<Cause, Cause>();
  for (const cause of causes) {
    const { dependsOn } = cause;
    if (!dependsOn) continue;
    const root = causes.find((other) => other !== cause && isBehind(model, other, dependsOn));
    if (root) upstream.set(cause, root);
  }
  const rootOf = (cause: Cause): Cause => {
    const seen = new Set<Cause>();
    let current = cause;
    for (let next = upstream.get(current); next && !seen.has(next); next = upstream.get(current)) {
      seen.add(next);
      current = next;
    }
    return upstream.has(current) ? cause : current;
  };
  const merged = new Map<Cause, Cause>();
  const dropped = new Set<Cause>();
  for (const cause of causes) {
    const root = rootOf(cause);
    if (root === cause) continue;
    dropped.add(cause);
    const target = merged.get(root) ?? root;
    const { object, summary, effects } = cause.verdict;
    merged.set(root, {
      ...target,
      verdict: withEffects(target.verdict, [{ object, summary: cutText(summary, 500) }, ...effects]),
      explains: [...target.explains, ...cause.explains],
    });
  }
  const linked = causes
    .filter((cause) => !dropped.has(cause))
    .map((cause) => merged.get(cause) ?? cause)
    .filter(({ verdict, onlyWithEffects }) => onlyWithEffects !== true || verdict.effects.length > 0);
  const known = new Set(
    linked.flatMap(({ verdict }) => (verdict.confidence === "inconclusive" ? [] : [id(verdict.object)])),
  );
  // A symptom without a cause adds nothing where the cause of its workload is known.
  return linked.filter(({ verdict }) => verdict.confidence !== "inconclusive" || !known.has(id(verdict.object)));
}
