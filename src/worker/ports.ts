import type { AgentRun, AgentRunStatus } from "../domain/agent-run.js";
import type { AuditEvent } from "../domain/audit-event.js";
import type { Fact } from "../domain/fact.js";
import type { RunInput } from "../domain/run-input.js";
import type { JobManifest, JobState } from "./job-state.js";

/** AgentRuns and Jobs, in the two Job namespaces. */
export interface RunCluster {
  /** Creates the run, or returns the one that is there. */
  ensureRun(run: AgentRun): Promise<AgentRun>;
  findRun(namespace: string, name: string): Promise<AgentRun | null>;
  listRuns(namespace: string): Promise<AgentRun[]>;
  deleteRun(run: AgentRun): Promise<void>;
  /** Merges into the status of the version that was read; another version is a `conflict`. */
  updateRunStatus(run: AgentRun, status: AgentRunStatus): Promise<AgentRun>;
  /** Creates the Job, or finds the one of its name; resolves with the digest of the one that is there. */
  createJob(job: JobManifest): Promise<string | undefined>;
  findJob(namespace: string, name: string): Promise<JobState | null>;
  deleteJob(namespace: string, name: string): Promise<void>;
}

/** What a Job pod will be given by the gateway; kept until long after the run's deadline. */
export interface RunInputs {
  put(input: RunInput): Promise<void>;
}

/** Tells the thread. The id makes repeats harmless. */
export type Tell = (fact: Fact, id: string) => Promise<void>;

/** Appends to the audit stream; rejects when it was not recorded. */
export type Audit = (event: AuditEvent) => Promise<void>;
