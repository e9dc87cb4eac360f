import type { ActionProposal } from "../domain/action.js";
import { canonicalJson } from "../domain/canonical-json.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import { revisionOf } from "./object-index.js";
import { refOf, type ScopeModel } from "./scope-model.js";

/** The last good revision: older than today's, with another template, and still serving or known to have served. */
export function lastGoodRevision(model: ScopeModel, owner: KubernetesObject): KubernetesObject | undefined {
  if (owner.kind !== "Deployment" || at(owner, "spec", "paused") === true) return undefined;
  const [current, ...older] = model.revisions(owner);
  if (!current) return undefined;
  const template = (replicaSet: KubernetesObject) => canonicalJson(at(replicaSet, "spec", "template", "spec") ?? null);
  const different = older.filter((replicaSet) => template(replicaSet) !== template(current));
  const serving = different.find((replicaSet) => (numberAt(replicaSet, "status", "readyReplicas") ?? 0) > 0);
  return serving ?? different[0];
}

/** The image of one container in a revision. */
export function imageIn(replicaSet: KubernetesObject, container: string): string | undefined {
  const found = listAt(replicaSet, "spec", "template", "spec", "containers").find(
    (entry) => textAt(entry, "name") === container,
  );
  return textAt(found, "image");
}

/** True where an earlier revision with another template still has ready pods: going back is known to help. */
export function earlierRevisionServes(model: ScopeModel, owner: KubernetesObject): KubernetesObject | undefined {
  const good = lastGoodRevision(model, owner);
  return good && (numberAt(good, "status", "readyReplicas") ?? 0) > 0 ? good : undefined;
}

/** Proposes to go back where an earlier revision still serves beside the one that fails. */
export function proposeUndoToServing(model: ScopeModel, owner: KubernetesObject): ActionProposal[] {
  const good = earlierRevisionServes(model, owner);
  return good ? proposeRolloutUndo(model, owner, `revision ${revisionOf(good)} still serves`) : [];
}

/** Proposes to go back to the last good revision, where there is one. */
export function proposeRolloutUndo(model: ScopeModel, owner: KubernetesObject, why: string): ActionProposal[] {
  const good = lastGoodRevision(model, owner);
  if (!good) return [];
  return [
    {
      type: "rollout-undo",
      object: refOf(owner),
      parameters: revisionOf(good) >= 1 ? { toRevision: revisionOf(good) } : {},
      tier: "T2",
      reason: why,
    },
  ];
}
