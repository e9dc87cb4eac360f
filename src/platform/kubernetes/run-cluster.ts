import { AgentRun, type AgentRunStatus } from "../../domain/agent-run.js";
import { isKubeClawError } from "../../domain/errors.js";
import { labels } from "../../domain/labels.js";
import { textAt } from "../../domain/kubernetes-object.js";
import { parseJobState, type RunCluster, specDigestAnnotation } from "../../worker/index.js";
import type { KubernetesApi } from "./api.js";

const agentRun = { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun" } as const;
const batchJob = { apiVersion: "batch/v1", kind: "Job" } as const;

/** Fits the Kubernetes API to the worker's port. */
export function createRunCluster(api: KubernetesApi): RunCluster {
  return {
    async ensureRun(run) {
      try {
        return AgentRun.parse(await api.create(run));
      } catch (error) {
        if (!isKubeClawError(error, "conflict")) throw error;
        return AgentRun.parse(
          await api.get({ ...agentRun, namespace: run.metadata.namespace, name: run.metadata.name }),
        );
      }
    },
    async findRun(namespace, name) {
      const found = await api.find({ ...agentRun, namespace, name });
      return found && AgentRun.parse(found);
    },
    async updateRunStatus(run, status: AgentRunStatus) {
      const { namespace, name, generation } = run.metadata;
      // Every write restates the error: one that is over is taken away.
      const observed = generation === undefined ? {} : { observedGeneration: generation };
      return AgentRun.parse(
        await api.mergeStatus({ ...agentRun, namespace, name }, { error: null, ...status, ...observed }),
      );
    },
    async createJob(job) {
      try {
        await api.create(job);
        return { created: true, digest: job.metadata.annotations[specDigestAnnotation] };
      } catch (error) {
        if (!isKubeClawError(error, "conflict")) throw error;
        const { namespace, name } = job.metadata;
        const there = await api.get({ ...batchJob, namespace, name });
        return { created: false, digest: textAt(there, "metadata", "annotations", specDigestAnnotation) };
      }
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
