import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { ScopeModel } from "./scope-model.js";

/** Does a firing alert name an object in one of its labels? Then it matters although nobody else suffers. */
export function isNamedByAlert(model: ScopeModel, { metadata }: KubernetesObject): boolean {
  return (model.snapshot.alerts ?? []).some(
    ({ state, labels }) =>
      (state === "firing" || state === "pending") &&
      (labels["namespace"] === undefined || labels["namespace"] === metadata.namespace) &&
      Object.entries(labels).some(([label, value]) => label !== "namespace" && value === metadata.name),
  );
}
