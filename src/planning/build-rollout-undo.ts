import jsonPatch from "fast-json-patch";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import { PatchOperation } from "../domain/plan.js";

export type RolloutUndo =
  | { kind: "patch"; toRevision: number; image: string | null; patch: PatchOperation[]; inverse: PatchOperation[] }
  | { kind: "refused"; reason: string };

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

/** The tests that bind a patch to the very object and generation that were inspected. */
export function preconditions(object: {
  metadata: { uid?: string | undefined; generation?: number | undefined };
}): PatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: object.metadata.uid ?? "" },
    { op: "test", path: "/metadata/generation", value: object.metadata.generation ?? 0 },
  ];
}

/** The JSON Patch between two templates, each replaced value tested first, so that it fits one state only. */
function patchBetween(before: unknown, after: unknown): PatchOperation[] {
  const operations = jsonPatch.compare({ template: before } as object, { template: after } as object, true);
  return operations.map((operation) => PatchOperation.parse({ ...operation, path: `/spec${operation.path}` }));
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
): RolloutUndo {
  if (at(deployment, "spec", "paused") === true)
    return { kind: "refused", reason: "the rollout is paused; resume it first" };
  const live = at(deployment, "spec", "template");
  const sorted = [...replicaSets].sort((left, right) => revisionOf(right) - revisionOf(left));
  const current = revisionOf(deployment);
  const differs = (replicaSet: KubernetesObject) => patchBetween(live, templateOf(replicaSet)).length > 0;
  const wanted = sorted.find((replicaSet) =>
    toRevision === undefined
      ? revisionOf(replicaSet) < current && differs(replicaSet)
      : revisionOf(replicaSet) === toRevision,
  );
  if (!wanted) {
    return {
      kind: "refused",
      reason:
        toRevision === undefined ? "there is no earlier revision" : `revision ${toRevision} is not there any more`,
    };
  }
  const template = templateOf(wanted);
  const patch = patchBetween(live, template);
  if (patch.length === 0) return { kind: "refused", reason: `it is at revision ${revisionOf(wanted)} already` };
  return {
    kind: "patch",
    toRevision: revisionOf(wanted),
    image: textAt(listAt(template, "spec", "containers")[0], "image") ?? null,
    patch: [...preconditions(deployment), ...patch],
    inverse: patchBetween(template, live),
  };
}

/** How long a rollout may take before it counts as failed; the Deployment's own deadline, two minutes at most. */
export function verificationWindow(deployment: KubernetesObject): number {
  return Math.min(numberAt(deployment, "spec", "progressDeadlineSeconds") ?? 120, 120);
}
