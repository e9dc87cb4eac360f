import type { KubernetesObject } from "../domain/kubernetes-object.js";

/** Marks by which a deployer says that an object is its own; it would turn a direct change back. */
const marks: readonly (readonly [owner: string, where: "annotations" | "labels", key: string])[] = [
  ["Argo CD", "annotations", "argocd.argoproj.io/tracking-id"],
  ["Argo CD", "labels", "argocd.argoproj.io/instance"],
  ["Flux", "labels", "kustomize.toolkit.fluxcd.io/name"],
  ["Flux", "labels", "helm.toolkit.fluxcd.io/name"],
  ["Helm", "annotations", "meta.helm.sh/release-name"],
];

/** Who manages an object, or null where a direct change stays. */
export function decideOwner(object: KubernetesObject): { owner: string; name: string } | null {
  for (const [owner, where, key] of marks) {
    const name = object.metadata[where]?.[key];
    if (name !== undefined) return { owner, name };
  }
  return null;
}
