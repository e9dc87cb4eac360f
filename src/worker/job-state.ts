import type { RunPhase } from "../domain/agent-run.js";
import { parsePodTrouble, parsePodWait } from "./parse-pod-trouble.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

/** A Job as we create it: data first, sent elsewhere. */
export interface JobManifest {
  apiVersion: "batch/v1";
  kind: "Job";
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations: Record<string, string>;
    ownerReferences: unknown[];
  };
  spec: object;
}

/** The annotation with the digest of a Job's spec: a Job of our name with another one is an alarm, not a success. */
export const specDigestAnnotation = "kubeclaw.dev/spec-digest";

/** What of a Job decides about its run. */
export interface JobState {
  phase: Extract<RunPhase, "Pending" | "Running" | "Succeeded" | "Failed">;
  reason: string | undefined;
  message: string | undefined;
  startedAt: string | undefined;
  finishedAt: string | undefined;
  deleting: boolean;
  /** What its pod says of why it does not run or failed. */
  trouble: string | undefined;
}

/**
 * Reads a Job's state. Complete wins over failed pods: a replaced pod is not a failed run.
 * @param pods the Job's pods, newest last.
 */
export function parseJobState(job: KubernetesObject, pods: readonly KubernetesObject[] = []): JobState {
  const conditions = listAt(job, "status", "conditions");
  const condition = (type: string) =>
    conditions.find((entry) => textAt(entry, "type") === type && textAt(entry, "status") === "True");
  const complete = condition("Complete") ?? condition("SuccessCriteriaMet");
  const failed = condition("Failed") ?? condition("FailureTarget");
  const running = (numberAt(job, "status", "active") ?? 0) > 0 && (numberAt(job, "status", "ready") ?? 0) > 0;
  const ended = complete ?? failed;
  return {
    phase: complete ? "Succeeded" : failed ? "Failed" : running ? "Running" : "Pending",
    reason: complete ? undefined : textAt(failed, "reason"),
    message: complete ? undefined : textAt(failed, "message"),
    startedAt: textAt(job, "status", "startTime"),
    finishedAt: textAt(ended, "lastTransitionTime"),
    deleting: at(job, "metadata", "deletionTimestamp") !== undefined,
    // How a pod ended says nothing of a Job that has not: it is told with the Job's end.
    trouble: complete
      ? undefined
      : pods.map(failed ? parsePodTrouble : parsePodWait).findLast((trouble) => trouble !== undefined),
  };
}
