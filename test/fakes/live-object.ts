import jsonPatch from "fast-json-patch";
import { canonicalJson } from "../../src/domain/canonical-json.js";
import { KubeClawError } from "../../src/domain/errors.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { PatchOperation } from "../../src/domain/plan.js";

/** Applies a patch as the API server does: a failed test or a path that is not there refuses all of it. */
export function patched(object: KubernetesObject, patch: readonly PatchOperation[]): KubernetesObject {
  try {
    return jsonPatch.applyPatch(structuredClone(object), structuredClone(patch) as jsonPatch.Operation[], true)
      .newDocument;
  } catch (error) {
    throw new KubeClawError("invalid", `the server rejected our request: ${(error as Error).name}`, { cause: error });
  }
}

/** The version of an object after a write: a changed spec is a new generation. */
export function written(before: KubernetesObject, after: KubernetesObject): KubernetesObject {
  const changed = canonicalJson(before["spec"] ?? null) !== canonicalJson(after["spec"] ?? null);
  const { generation = 0, resourceVersion = "0" } = before.metadata;
  return {
    ...after,
    metadata: {
      ...after.metadata,
      generation: changed ? generation + 1 : generation,
      resourceVersion: String(Number(resourceVersion) + 1),
    },
  };
}

/** Whether an object is the one that is asked for. */
export function isOf(
  object: KubernetesObject | null,
  target: { kind: string; namespace: string; name: string },
): object is KubernetesObject {
  return (
    object?.kind === target.kind &&
    object.metadata.namespace === target.namespace &&
    object.metadata.name === target.name
  );
}
