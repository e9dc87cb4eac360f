import type { KubernetesObject } from "../domain/kubernetes-object.js";
import jsonPatch from "fast-json-patch";
import { PatchOperation, type PlannedAction } from "../domain/plan.js";

/** What an action would change on one live object, with the way back; or why it cannot be done. */
export type Change =
  | { kind: "change"; action: PlannedAction; summary: string; patch: PatchOperation[]; inverse: PatchOperation[] }
  | { kind: "refused"; reason: string };

export function refuseChange(reason: string): Change {
  return { kind: "refused", reason };
}

/** The tests that bind a patch to the very object and generation that were inspected. */
export function preconditions(object: KubernetesObject): PatchOperation[] {
  return [
    { op: "test", path: "/metadata/uid", value: object.metadata.uid ?? "" },
    { op: "test", path: "/metadata/generation", value: object.metadata.generation ?? 0 },
  ];
}

/**
 * The JSON Patch between two states of one part of a spec, each replaced value tested first, so that it fits one
 * state only.
 * @param part the field of the spec, such as `template`.
 */
export function patchBetween(part: string, before: unknown, after: unknown): PatchOperation[] {
  const operations = jsonPatch.compare({ [part]: before } as object, { [part]: after } as object, true);
  return operations.map((operation) => PatchOperation.parse({ ...operation, path: `/spec${operation.path}` }));
}
