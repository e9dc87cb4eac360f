import type { ReadCluster } from "../../agent/index.js";
import type { KubernetesApi } from "./api.js";
import { listAll, readBounds } from "./list-all.js";

/** Fits the Kubernetes API to the agent's port. */
export function createReadCluster(api: KubernetesApi): ReadCluster {
  return {
    async list(apiVersion, kind, namespace) {
      const target = { apiVersion, kind, namespace: namespace ?? undefined };
      const { items, cut } = await listAll(api, target, { bounds: readBounds });
      return { objects: items, cut };
    },
    logs: (pod, tailLines) => api.logs(pod, tailLines),
    version: () => api.version(),
    spent: () => api.spent,
  };
}
