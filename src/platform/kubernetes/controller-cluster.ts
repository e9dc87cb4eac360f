import { type ControllerCluster, targetNamespaceAnnotation } from "../../controller/index.js";
import { AgentRun } from "../../domain/agent-run.js";
import { Decision } from "../../domain/decision.js";
import { isKubeClawError, KubeClawError } from "../../domain/errors.js";
import { labels, managedBy } from "../../domain/labels.js";
import type { KubernetesApi } from "./api.js";
import { ensureObject } from "./ensure-object.js";
import { listAll } from "./list-all.js";

const group = "kubeclaw.dev/v1alpha1";

/** Fits the Kubernetes API to the controller's port; Decisions and executions live in one namespace. */
export function createControllerCluster(api: KubernetesApi, namespace: string): ControllerCluster {
  const decision = { apiVersion: group, kind: "Decision", namespace };
  const run = { apiVersion: group, kind: "AgentRun", namespace };
  return {
    async findDecision(name) {
      const found = await api.find({ ...decision, name });
      return found && Decision.parse(found);
    },
    ensureDecision: async (wanted) => Decision.parse(await ensureObject(api, wanted)),
    async mergeDecisionStatus({ metadata: { name, resourceVersion } }, status) {
      try {
        await api.mergeStatus({ ...decision, name }, status, resourceVersion);
      } catch (error) {
        if (!isKubeClawError(error, "conflict")) throw error;
        throw new KubeClawError("conflict", error.message, { retryable: true, cause: error });
      }
    },
    async listDecisions() {
      const { items } = await listAll(api, decision);
      return items.flatMap((item) => Decision.safeParse(item).data ?? []);
    },
    deleteDecision: ({ metadata: { name, uid } }) => api.remove({ ...decision, name }, uid),
    async findRun(name) {
      const found = await api.find({ ...run, name });
      return found && AgentRun.parse(found);
    },
    async setRunConditions({ metadata }, conditions) {
      await api.mergeStatus({ ...run, name: metadata.name }, { conditions }, metadata.resourceVersion);
    },
    async mint(grants) {
      for (const grant of grants) await ensureObject(api, grant);
    },
    async mintedFor() {
      const { items } = await listAll(
        api,
        { apiVersion: "v1", kind: "ServiceAccount", namespace },
        { labelSelector: `${labels.managedBy}=${managedBy},${labels.kind}=execution` },
      );
      return items.map(({ metadata }) => ({
        run: metadata.labels?.[labels.run] ?? "",
        namespace: metadata.annotations?.[targetNamespaceAnnotation] ?? namespace,
      }));
    },
    async takeBack(grants) {
      for (const { apiVersion, kind, metadata } of [...grants].reverse()) {
        await api.remove({ apiVersion, kind, namespace: metadata.namespace, name: metadata.name });
      }
    },
  };
}
