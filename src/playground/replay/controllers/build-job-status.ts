import { type Condition, type Job, type JobStatus, type Pod, withCondition } from "../objects/kinds.js";

interface Ending {
  type: "Complete" | "Failed";
  reason: string;
  message: string;
}

export function isFinished(status: JobStatus | undefined): Condition | undefined {
  return status?.conditions?.find(
    ({ type, status: value }) => (type === "Complete" || type === "Failed") && value === "True",
  );
}

/** What the Job's podFailurePolicy says of a pod that failed. */
function failedByPolicy(job: Job, pod: Pod): Ending | undefined {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, { action, onExitCodes }] of rules.entries()) {
    const ended = (pod.status?.containerStatuses ?? []).flatMap(({ name, state }) =>
      "terminated" in state ? [{ name, code: state.terminated.exitCode }] : [],
    );
    const hit = ended.find(({ name, code }) => {
      if (!onExitCodes || code === 0 || (onExitCodes.containerName ?? name) !== name) return false;
      return onExitCodes.values.includes(code) === (onExitCodes.operator === "In");
    });
    if (hit && action === "FailJob") {
      const where = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
      return {
        type: "Failed",
        reason: "PodFailurePolicy",
        message: `Container ${hit.name} for pod ${where} failed with exit code ${hit.code} matching FailJob rule at index ${index}`,
      };
    }
  }
  return undefined;
}

/** Whether, and how, a Job is over. */
export function decideEnding(job: Job, pods: readonly Pod[], now: Date): Ending | undefined {
  const succeeded = pods.filter(({ status }) => status?.phase === "Succeeded").length;
  if (succeeded >= job.spec.completions)
    return { type: "Complete", reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
  const failed = pods.filter(({ status }) => status?.phase === "Failed");
  for (const pod of failed) {
    const ending = failedByPolicy(job, pod);
    if (ending) return ending;
  }
  if (failed.length > job.spec.backoffLimit)
    return { type: "Failed", reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" };
  const { activeDeadlineSeconds } = job.spec;
  const started = job.status?.startTime;
  if (
    activeDeadlineSeconds !== undefined &&
    started !== undefined &&
    now.getTime() - Date.parse(started) >= activeDeadlineSeconds * 1_000
  ) {
    return { type: "Failed", reason: "DeadlineExceeded", message: "Job was active longer than specified deadline" };
  }
  return undefined;
}

/**
 * A Job's status from its pods. The last condition comes only when no pod is left running; the one before says so early.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions
 */
export function buildJobStatus(job: Job, pods: readonly Pod[], ending: Ending | undefined, at: string): JobStatus {
  const running = pods.filter(({ status }) => status?.phase !== "Succeeded" && status?.phase !== "Failed");
  const going = running.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length;
  const active = running.length - going;
  const ready = running.filter(({ status }) =>
    status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True"),
  ).length;
  const of = (phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  // A pod that was ended by its Job's end is counted as failed once it is gone.
  const failed = Math.max(of("Failed"), ending?.type === "Failed" ? 1 : 0);
  let { conditions } = job.status ?? {};
  if (ending) {
    const condition = {
      status: "True" as const,
      reason: ending.reason,
      message: ending.message,
      lastTransitionTime: at,
    };
    conditions = withCondition(conditions, {
      type: ending.type === "Complete" ? "SuccessCriteriaMet" : "FailureTarget",
      ...condition,
    });
    if (active + going === 0) conditions = withCondition(conditions, { type: ending.type, ...condition });
  }
  return {
    startTime: job.status?.startTime ?? at,
    ...(active > 0 ? { active } : {}),
    ...(ready > 0 ? { ready } : { ready: 0 }),
    terminating: going,
    ...(of("Succeeded") > 0 ? { succeeded: of("Succeeded") } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(ending?.type === "Complete" && active + going === 0
      ? { completionTime: job.status?.completionTime ?? at }
      : {}),
    ...(conditions ? { conditions } : {}),
  };
}
