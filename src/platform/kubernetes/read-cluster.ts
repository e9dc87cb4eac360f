import type { ReadCluster } from "../../agent/index.js";
import type { KubernetesApi } from "./api.js";
import { listAll } from "./list-all.js";

/** What is more than this of one kind is cut, so that no read is unbounded and the agent's memory holds it. */
const bounds = { objects: 5_000, bytes: 48 * 2 ** 20 };

/** Fits the Kubernetes API to the agent's port. */
export function createReadCluster(api: KubernetesApi): ReadCluster {
  return {
    async list(apiVersion, kind, namespace) {
      const target = { apiVersion, kind, namespace: namespace ?? undefined };
      const { items, cut } = await listAll(api, target, { bounds });
      return { objects: items, cut };
    },
    logs: (pod, tailLines) => api.logs(pod, tailLines),
    version: () => api.version(),
    spent: () => api.spent,
  };
}
