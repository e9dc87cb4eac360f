import { Decision } from "../../domain/decision.js";
import type { ExecutionCluster } from "../../executor/index.js";
import type { KubernetesApi } from "./api.js";

const deployment = { apiVersion: "apps/v1", kind: "Deployment" } as const;

/** Fits the Kubernetes API to the executor's port. */
export function createExecutionCluster(api: KubernetesApi, decisionNamespace: string): ExecutionCluster {
  return {
    async findDecision(name) {
      const found = await api.find({
        apiVersion: "kubeclaw.dev/v1alpha1",
        kind: "Decision",
        namespace: decisionNamespace,
        name,
      });
      return found && Decision.parse(found);
    },
    find: (namespace, name) => api.find({ ...deployment, namespace, name }),
    patch: ({ metadata: { namespace, name } }, patch, dryRun) =>
      api.patch({ ...deployment, namespace, name }, patch, { dryRun }),
    list: async (apiVersion, kind, namespace) => (await api.list({ apiVersion, kind, namespace })).items,
  };
}
