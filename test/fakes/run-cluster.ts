import type { AgentRun, AgentRunStatus } from "../../src/domain/agent-run.js";
import { type JobManifest, type JobState, type RunCluster, specDigestAnnotation } from "../../src/worker/index.js";

export function aJobState(over: Partial<JobState> = {}): JobState {
  return {
    phase: "Pending",
    reason: undefined,
    message: undefined,
    startedAt: undefined,
    finishedAt: undefined,
    deleting: false,
    trouble: undefined,
    ...over,
  };
}

/** AgentRuns and Jobs in memory; every write in one log. */
export function createRunCluster(log: string[] = []): RunCluster & {
  log: string[];
  runs: Map<string, AgentRun>;
  jobs: Map<string, JobState>;
  /** Of each Job's specification, by name. */
  digests: Map<string, string | undefined>;
  manifests: JobManifest[];
  fail: { createJob?: Error; updateRunStatus?: Error };
} {
  const runs = new Map<string, AgentRun>();
  const jobs = new Map<string, JobState>();
  const digests = new Map<string, string | undefined>();
  const manifests: JobManifest[] = [];
  const fail: { createJob?: Error; updateRunStatus?: Error } = {};
  const merge = (run: AgentRun, status: AgentRunStatus): AgentRun => ({ ...run, status: { ...run.status, ...status } });
  return {
    log,
    runs,
    jobs,
    digests,
    manifests,
    fail,
    ensureRun(run) {
      log.push("ensure run");
      const known = runs.get(run.metadata.name) ?? run;
      runs.set(run.metadata.name, known);
      return Promise.resolve(known);
    },
    listRuns: (namespace) => Promise.resolve([...runs.values()].filter((run) => run.metadata.namespace === namespace)),
    deleteRun({ metadata: { name } }) {
      log.push(`delete run ${name}`);
      runs.delete(name);
      return Promise.resolve();
    },
    findRun: (_namespace, name) => Promise.resolve(runs.get(name) ?? null),
    updateRunStatus(run, status) {
      if (fail.updateRunStatus) return Promise.reject(fail.updateRunStatus);
      log.push(`status ${status.phase ?? ""}`);
      const next = merge(runs.get(run.metadata.name) ?? run, status);
      runs.set(run.metadata.name, next);
      return Promise.resolve(next);
    },
    createJob(job) {
      if (fail.createJob) return Promise.reject(fail.createJob);
      log.push("create job");
      const { name, annotations } = job.metadata;
      if (!jobs.has(name)) {
        manifests.push(job);
        jobs.set(name, aJobState());
        digests.set(name, annotations[specDigestAnnotation]);
      }
      return Promise.resolve(digests.get(name));
    },
    findJob: (_namespace, name) => Promise.resolve(jobs.get(name) ?? null),
    deleteJob(_namespace, name) {
      log.push("delete job");
      jobs.delete(name);
      return Promise.resolve();
    },
  };
}
