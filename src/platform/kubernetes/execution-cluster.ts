import { Decision } from "../../domain/decision.js";
import type { ExecutionCluster } from "../../executor/index.js";
import type { KubernetesApi } from "./api.js";
import { listAll, readBounds } from "./list-all.js";

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
    find: ({ apiVersion, kind, namespace, name }) => api.find({ apiVersion, kind, namespace, name }),
    patch: ({ apiVersion, kind, namespace, name }, patch, dryRun) =>
      api.patch({ apiVersion, kind, namespace, name }, patch, { dryRun }),
    list: async (apiVersion, kind, namespace) =>
      (await listAll(api, { apiVersion, kind, namespace }, { bounds: readBounds })).items,
  };
}
