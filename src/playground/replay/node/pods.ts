import type { Pod } from "../objects/kinds.js";
import type { PodSpec } from "../objects/pod-schemas.js";
import type { Metadata } from "../objects/stored.js";
import type { Store } from "../store.js";

export function isReady(pod: Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;
}

/** A controller's wish for a pod; refused where its account is not there, as the admission of a real API server does. */
export function createPod(
  store: Store,
  wanted: { metadata: Partial<Metadata> & { name: string }; spec: PodSpec },
): { kind: "created"; pod: Pod } | { kind: "refused"; message: string } {
  const { name, namespace = "" } = wanted.metadata;
  const account = wanted.spec.serviceAccountName ?? "default";
  if (!store.find("ServiceAccount", namespace, account)) {
    return {
      kind: "refused",
      message: `pods "${name}" is forbidden: error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
    };
  }
  const spec = { ...wanted.spec, serviceAccountName: account, serviceAccount: account };
  return { kind: "created", pod: store.create("Pod", { ...wanted, spec, status: { phase: "Pending" } }) };
}
