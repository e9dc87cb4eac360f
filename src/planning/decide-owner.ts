import { type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";

/** Marks by which a deployer says that an object is its own; it would turn a direct change back. */
const marks: readonly (readonly [owner: string, where: "annotations" | "labels", key: string])[] = [
  ["Argo CD", "annotations", "argocd.argoproj.io/tracking-id"],
  ["Argo CD", "labels", "argocd.argoproj.io/instance"],
  ["Flux", "labels", "kustomize.toolkit.fluxcd.io/name"],
  ["Flux", "labels", "helm.toolkit.fluxcd.io/name"],
  ["Helm", "annotations", "meta.helm.sh/release-name"],
];

/**
 * Argo CD's names as a field manager: its older way of tracking leaves no mark but a label that others use, too.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 */
const argoManagers = new Set(["argocd-controller", "argocd-application-controller"]);

/** Who manages an object, or null where a direct change stays: a deployer, or the operator whose resource it belongs to. */
export function decideOwner(object: KubernetesObject): { owner: string; name: string } | null {
  for (const [owner, where, key] of marks) {
    const name = object.metadata[where]?.[key];
    if (name !== undefined) return { owner, name };
  }
  if (listAt(object, "metadata", "managedFields").some((entry) => argoManagers.has(textAt(entry, "manager") ?? "")))
    return { owner: "Argo CD", name: object.metadata.labels?.["app.kubernetes.io/instance"] ?? "an application" };
  const controller = object.metadata.ownerReferences?.find((reference) => reference.controller === true);
  return controller ? { owner: controller.kind, name: controller.name } : null;
}
