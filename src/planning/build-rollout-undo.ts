import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { type Change, patchBetween, preconditions, refuseChange } from "./change.js";

function revisionOf(replicaSet: KubernetesObject): number {
  return Number(replicaSet.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
}

/** A ReplicaSet's template as the Deployment had it: without the label that the controller added. */
function templateOf(replicaSet: KubernetesObject): Record<string, unknown> {
  const template = structuredClone(at(replicaSet, "spec", "template")) as {
    metadata?: { labels?: Record<string, string> };
  };
  delete template.metadata?.labels?.["pod-template-hash"];
  return template;
}

/**
 * What `kubectl rollout undo` would change, as a JSON Patch with its inverse. Pure.
 * @param toRevision the revision to go back to; without it, the newest older one with another template.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
 */
export function buildRolloutUndo(
  deployment: KubernetesObject,
  replicaSets: readonly KubernetesObject[],
  toRevision?: number,
): Change {
  const { name } = deployment.metadata;
  if (deployment.kind !== "Deployment")
    return refuseChange(`rollout-undo works on Deployments, not on ${deployment.kind}`);
  if (at(deployment, "spec", "paused") === true) return refuseChange("the rollout is paused; resume it first");
  const live = at(deployment, "spec", "template");
  const sorted = [...replicaSets].sort((left, right) => revisionOf(right) - revisionOf(left));
  const current = revisionOf(deployment);
  const differs = (replicaSet: KubernetesObject) => patchBetween("template", live, templateOf(replicaSet)).length > 0;
  const wanted = sorted.find((replicaSet) =>
    toRevision === undefined
      ? revisionOf(replicaSet) < current && differs(replicaSet)
      : revisionOf(replicaSet) === toRevision,
  );
  if (!wanted) {
    return refuseChange(
      toRevision === undefined ? "there is no earlier revision" : `revision ${toRevision} is not there any more`,
    );
  }
  const template = templateOf(wanted);
  const patch = patchBetween("template", live, template);
  if (patch.length === 0) return refuseChange(`it is at revision ${revisionOf(wanted)} already`);
  const image = textAt(listAt(template, "spec", "containers")[0], "image");
  return {
    kind: "change",
    action: { type: "rollout-undo", toRevision: revisionOf(wanted) },
    summary: `Roll back ${name} to revision ${revisionOf(wanted)}${image === undefined ? "" : ` (${image})`}`,
    patch: [...preconditions(deployment), ...patch],
    inverse: patchBetween("template", template, live),
  };
}
