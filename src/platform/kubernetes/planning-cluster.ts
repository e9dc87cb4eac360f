import { isKubeClawError } from "../../domain/errors.js";
import { at } from "../../domain/kubernetes-object.js";
import type { PlanningCluster } from "../../planning/index.js";
import type { KubernetesApi } from "./api.js";
import { listAll } from "./list-all.js";

/** Fits the Kubernetes API to the planner's port. */
export function createPlanningCluster(api: KubernetesApi): PlanningCluster {
  return {
    findWorkload: (kind, namespace, name) => api.find({ apiVersion: "apps/v1", kind, namespace, name }),
    async replicaSetsOf(deployment) {
      const { namespace, uid } = deployment.metadata;
      const selector = Object.entries(
        (at(deployment, "spec", "selector", "matchLabels") ?? {}) as Record<string, string>,
      );
      const labelSelector =
        selector.length === 0 ? undefined : selector.map(([key, value]) => `${key}=${value}`).join(",");
      const { items } = await listAll(api, { apiVersion: "apps/v1", kind: "ReplicaSet", namespace }, { labelSelector });
      return items.filter((replicaSet) => replicaSet.metadata.ownerReferences?.some((owner) => owner.uid === uid));
    },
    async autoscalersIn(namespace) {
      try {
        return (await listAll(api, { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace })).items;
      } catch (error) {
        if (isKubeClawError(error, "not-found")) return []; // a cluster without that API has no autoscalers
        throw error;
      }
    },
    dryRun: ({ kind, metadata: { namespace, name } }, patch) =>
      api.patch({ apiVersion: "apps/v1", kind, namespace, name }, patch, { dryRun: true }),
  };
}
