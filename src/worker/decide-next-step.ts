import { type AgentRun, type AgentRunStatus, isFinished } from "../domain/agent-run.js";
import type { JobState } from "./job-state.js";

export type NextStep =
  | { kind: "nothing" }
  | { kind: "create-job" }
  | { kind: "stop-job" }
  | { kind: "update"; status: AgentRunStatus; ended: "succeeded" | "failed" | "cancelled" | null };

/** How long a run may wait for its Job: for the controller's word, for an API server that is away, for a new image. */
export const launchMs = 120_000;

/**
 * What the worker does next about one run, from what the cluster shows. Called after every change and after every
 * restart, so it never relies on having seen an earlier step.
 */
export function decideNextStep(input: {
  run: AgentRun;
  job: JobState | null;
  cancelled: boolean;
  now: Date;
}): NextStep {
  const { run, job, cancelled, now } = input;
  const { spec, status } = run;
  if (isFinished(status?.phase))
    return job && job.phase !== "Succeeded" && job.phase !== "Failed" && !job.deleting
      ? { kind: "stop-job" }
      : { kind: "nothing" };
  // An executor stops by itself, at its next safe point: taken away in the middle of a write, it could not say what it did.
  if (cancelled && !(job && spec.kind === "execution")) return ended("Cancelled", "stopped by a person", now);
  if (job) return follow(status ?? {}, run.metadata.name, job, now);
  // A Job was there once: its name is not used a second time, whoever deleted it.
  if (status?.jobName !== undefined) return ended("Failed", "its Job was deleted before it ended", now);
  const age = now.getTime() - Date.parse(run.metadata.creationTimestamp ?? now.toISOString());
  if (age > launchMs) return ended("Failed", status?.error ?? "it could not be launched within two minutes", now);
  if (spec.kind === "investigation") return { kind: "create-job" };
  const authorized = status?.conditions?.find((condition) => condition.type === "Authorized");
  if (authorized?.status === "True") return { kind: "create-job" };
  if (authorized?.status === "False") return ended("Failed", `${authorized.reason}: ${authorized.message}`, now);
  return { kind: "nothing" };
}

function ended(phase: "Cancelled" | "Failed", error: string, now: Date): NextStep {
  return {
    kind: "update",
    status: { phase, error: error.slice(0, 500), finishedAt: now.toISOString() },
    ended: phase === "Cancelled" ? "cancelled" : "failed",
  };
}

/** Of a Job that was ended at its deadline, how its process died says nothing; what it waited for until then does. */
function whyFailed(status: AgentRunStatus, job: JobState): string {
  if (job.reason === "DeadlineExceeded")
    return `it did not end in time (DeadlineExceeded)${status.error === undefined ? "" : `; before that: ${status.error}`}`;
  if (job.trouble !== undefined) return job.trouble;
  // Our one rule for pods that left nothing to read: whoever evicts a pod takes its status along.
  if (job.reason === "PodFailurePolicy") return `its pod was taken away (${job.message ?? "no message"})`;
  return `${job.reason ?? "Failed"}: ${job.message ?? "the Job failed"}`;
}

function follow(status: AgentRunStatus, jobName: string, job: JobState, now: Date): NextStep {
  const times = job.startedAt === undefined ? {} : { startedAt: job.startedAt };
  switch (job.phase) {
    case "Succeeded":
      return {
        kind: "update",
        status: { phase: "Succeeded", jobName, ...times, finishedAt: job.finishedAt ?? now.toISOString() },
        ended: "succeeded",
      };
    case "Failed":
      return {
        kind: "update",
        status: {
          phase: "Failed",
          jobName,
          ...times,
          finishedAt: job.finishedAt ?? now.toISOString(),
          error: whyFailed(status, job).slice(0, 500),
        },
        ended: "failed",
      };
    case "Running":
    case "Pending": {
      const error = job.trouble?.slice(0, 500);
      if (status.phase === job.phase && status.jobName === jobName && (status.error ?? undefined) === error)
        return { kind: "nothing" };
      return {
        kind: "update",
        status: { phase: job.phase, jobName, ...times, ...(error === undefined ? {} : { error }) },
        ended: null,
      };
    }
  }
}
