import type { ReadCluster } from "../../agent/index.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { KubernetesApi } from "./api.js";

/** A namespace larger than this is cut, so that no read is unbounded. */
const mostObjects = 5_000;

/** Fits the Kubernetes API to the agent's port. */
export function createReadCluster(api: KubernetesApi): ReadCluster {
  return {
    async list(apiVersion, kind, namespace) {
      const objects: KubernetesObject[] = [];
      let page: string | undefined;
      do {
        const list = await api.list({ apiVersion, kind, namespace: namespace ?? undefined }, { continue: page });
        objects.push(...list.items);
        page = list.continue;
      } while (page !== undefined && objects.length < mostObjects);
      return { objects, cut: page !== undefined };
    },
    logs: (pod, tailLines) => api.logs(pod, tailLines),
    version: () => api.version(),
    spent: () => api.spent,
  };
}
