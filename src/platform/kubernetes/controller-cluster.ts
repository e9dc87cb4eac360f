import type { ControllerCluster } from "../../controller/index.js";
import { Decision } from "../../domain/decision.js";
import { isKubeClawError } from "../../domain/errors.js";
import type { KubernetesApi } from "./api.js";

const group = "kubeclaw.dev/v1alpha1";

/** Fits the Kubernetes API to the controller's port; Decisions and executions live in one namespace. */
export function createControllerCluster(api: KubernetesApi, namespace: string): ControllerCluster {
  const decision = { apiVersion: group, kind: "Decision", namespace };
  const run = { apiVersion: group, kind: "AgentRun", namespace };
  const create = async (object: Parameters<KubernetesApi["create"]>[0]): Promise<void> => {
    try {
      await api.create(object);
    } catch (error) {
      if (!isKubeClawError(error, "conflict")) throw error; // it is there already
    }
  };
  return {
    async findDecision(name) {
      const found = await api.find({ ...decision, name });
      return found && Decision.parse(found);
    },
    ensureDecision: create,
    async mergeDecisionStatus(name, status) {
      await api.mergeStatus({ ...decision, name }, status);
    },
    async setRunConditions({ metadata }, conditions) {
      await api.mergeStatus({ ...run, name: metadata.name }, { conditions }, metadata.resourceVersion);
    },
    async mint(grants) {
      for (const grant of grants) await create(grant);
    },
    async takeBack(grants) {
      for (const { apiVersion, kind, metadata } of [...grants].reverse()) {
        await api.remove({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
      }
    },
  };
}
