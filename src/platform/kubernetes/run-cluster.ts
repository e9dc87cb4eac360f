import { AgentRun, type AgentRunStatus } from "../../domain/agent-run.js";
import { labels, managedBy } from "../../domain/labels.js";
import { textAt } from "../../domain/kubernetes-object.js";
import { parseJobState, type RunCluster, specDigestAnnotation } from "../../worker/index.js";
import type { KubernetesApi } from "./api.js";
import { ensureObject } from "./ensure-object.js";
import { listAll } from "./list-all.js";

const agentRun = { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun" } as const;
const batchJob = { apiVersion: "batch/v1", kind: "Job" } as const;

/** Fits the Kubernetes API to the worker's port. */
export function createRunCluster(api: KubernetesApi): RunCluster {
  return {
    ensureRun: async (run) => AgentRun.parse(await ensureObject(api, run)),
    async findRun(namespace, name) {
      const found = await api.find({ ...agentRun, namespace, name });
      return found && AgentRun.parse(found);
    },
    async listRuns(namespace) {
      const ours = { labelSelector: `${labels.managedBy}=${managedBy}` };
      const { items } = await listAll(api, { ...agentRun, namespace }, ours);
      return items.flatMap((item) => AgentRun.safeParse(item).data ?? []);
    },
    deleteRun: ({ metadata: { namespace, name, uid } }) => api.remove({ ...agentRun, namespace, name }, uid),
    async updateRunStatus(run, status: AgentRunStatus) {
      const { namespace, name, generation, resourceVersion } = run.metadata;
      // Every write restates the error: one that is over is taken away.
      const observed = generation === undefined ? {} : { observedGeneration: generation };
      return AgentRun.parse(
        await api.mergeStatus(
          { ...agentRun, namespace, name },
          { error: null, ...status, ...observed },
          resourceVersion,
        ),
      );
    },
    async createJob(job) {
      const there = await ensureObject(api, job);
      return textAt(there, "metadata", "annotations", specDigestAnnotation);
    },
    async findJob(namespace, name) {
      const job = await api.find({ ...batchJob, namespace, name });
      if (!job) return null;
      const state = parseJobState(job);
      if (state.phase === "Succeeded" || state.phase === "Running") return state;
      const { items } = await api.list(
        { apiVersion: "v1", kind: "Pod", namespace },
        { labelSelector: `${labels.run}=${name}`, limit: 5 },
      );
      return parseJobState(job, items);
    },
    deleteJob: (namespace, name) => api.remove({ ...batchJob, namespace, name }),
  };
}
