import type { AgentRun, AgentRunStatus } from "../domain/agent-run.js";
import type { AuditKind } from "../domain/audit-event.js";
import { sha256 } from "../domain/canonical-json.js";
import { errorMessage, isKubeClawError, KubeClawError } from "../domain/errors.js";
import { buildJob, type JobSettings } from "./build-job.js";
import { decideNextStep, type NextStep } from "./decide-next-step.js";
import { specDigestAnnotation } from "./job-state.js";
import type { Audit, RunCluster, Tell } from "./ports.js";

/** Brings one run a step forward, from what the cluster shows now. */
export type Reconcile = (run: AgentRun) => Promise<void>;

const auditKinds = {
  succeeded: "run.finished",
  failed: "run.failed",
  cancelled: "run.cancelled",
} as const satisfies Record<string, AuditKind>;

export function createReconcile(deps: {
  cluster: RunCluster;
  tell: Tell;
  audit: Audit;
  isCancelled: (run: string) => Promise<boolean>;
  summary: (run: string) => Promise<{ verdicts: number | null; usd: number }>;
  job: JobSettings;
  now: () => Date;
}): Reconcile {
  const { cluster, tell, audit, isCancelled, summary, job: settings, now } = deps;

  async function createJob(run: AgentRun): Promise<void> {
    const job = buildJob(run, settings);
    const digest = await cluster.createJob(job).catch(async (error: unknown) => {
      // Kept where a person looks; the next change or resync tries again.
      const text = errorMessage(error).slice(0, 500);
      if (isKubeClawError(error) && !error.retryable) await tellWaiting(run, text);
      if (run.status?.error !== text) await cluster.updateRunStatus(run, { phase: "Pending", error: text });
      throw error;
    });
    if (digest !== job.metadata.annotations[specDigestAnnotation]) {
      throw new KubeClawError(
        "conflict",
        `Job ${job.metadata.name} exists with another specification; nobody of ours made it`,
      );
    }
    await cluster.updateRunStatus(run, { phase: "Pending", jobName: job.metadata.name });
  }

  /** Says why a run does not start: each reason once, whichever worker sees it. */
  async function tellWaiting(run: AgentRun, error: string): Promise<void> {
    if (run.spec.kind !== "investigation") return;
    const { name } = run.metadata;
    const mark = sha256(error).slice(0, 12);
    const text = `Waiting: ${error}`.slice(0, 300);
    const fact = { kind: "progress" as const, run: name, at: now().toISOString(), step: `wait-${mark}`, text };
    await tell(fact, `${name}-waiting-${mark}`);
  }

  // The thread is told before the status says so: after a crash in between the step is simply taken again.
  async function update(run: AgentRun, step: Extract<NextStep, { kind: "update" }>): Promise<void> {
    const { name } = run.metadata;
    const about = run.spec.investigation ?? name;
    const at = now().toISOString();
    if (step.ended === null) {
      if (step.status.error !== undefined) await tellWaiting(run, step.status.error);
      if (step.status.phase === "Running" && run.status?.phase !== "Running") {
        await audit({ at, kind: "run.started", actor: { kind: "system", id: "worker" }, run: name, detail: {} });
        if (run.spec.kind === "investigation") await tell({ kind: "started", run: about, at }, `${name}-started`);
      }
      await cluster.updateRunStatus(run, step.status);
      return;
    }
    await audit({
      at,
      kind: auditKinds[step.ended],
      actor: { kind: "system", id: "worker" },
      run: name,
      detail: step.status.error === undefined ? {} : { error: step.status.error },
    });
    const error = step.status.error === undefined ? {} : { error: step.status.error };
    if (run.spec.kind === "investigation") {
      await tell({ kind: "ended", run: about, at, result: step.ended, ...error }, `${name}-ended`);
    }
    // How an execution ended is said by the controller, which reads it from the cluster.
    if (step.ended === "cancelled") await cluster.deleteJob(run.metadata.namespace ?? "", name);
    await cluster.updateRunStatus(run, { ...step.status, ...(await report(run, step.ended, at)) });
  }

  /** What the run's status says besides its phase. The conditions of an execution are the controller's. */
  async function report(
    run: AgentRun,
    result: "succeeded" | "failed" | "cancelled",
    at: string,
  ): Promise<AgentRunStatus> {
    if (run.spec.kind === "execution") return {};
    const { verdicts, usd } = await summary(run.metadata.name);
    const status = result === "succeeded" ? "True" : "False";
    return {
      ...(verdicts === null ? {} : { verdicts }),
      costUsd: usd.toFixed(4),
      conditions: [
        { type: "Complete", status, reason: result, message: `the investigation ${result}`, lastTransitionTime: at },
      ],
    };
  }

  return async (seen) => {
    const namespace = seen.metadata.namespace ?? "";
    const { name } = seen.metadata;
    // Read anew: what a watch brought may be old by now, and another worker may have been here.
    const run = await cluster.findRun(namespace, name);
    if (!run) return;
    const job = await cluster.findJob(namespace, name);
    const step = decideNextStep({ run, job, cancelled: await isCancelled(name), now: now() });
    switch (step.kind) {
      case "nothing":
        return;
      case "create-job":
        return createJob(run);
      case "stop-job":
        return cluster.deleteJob(namespace, name);
      case "update":
        return update(run, step);
    }
  };
}
