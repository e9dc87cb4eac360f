import * as z from "zod";
import { SignedApproval } from "./approval.js";
import { DecisionId, RunId } from "./ids.js";
import { OwnMetadata } from "./own-metadata.js";

export const Condition = z.object({
  type: z.string().max(63),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().max(63),
  message: z.string().max(1_000),
  lastTransitionTime: z.string().max(40),
  observedGeneration: z.int().min(0).optional(),
});
export type Condition = z.infer<typeof Condition>;

/** One investigation or execution. Immutable; flat, because a CRD cannot hold a union. */
export const AgentRunSpec = z.object({
  kind: z.enum(["investigation", "execution"]),
  tenant: z.string().max(63),
  /** What it is about, for a person: "shop/deployment/checkout". */
  subject: z.string().max(400),
  requestedBy: z.string().max(40).optional(),
  investigation: RunId.optional(),
  decision: DecisionId.optional(),
  approval: SignedApproval.optional(),
  deadlineSeconds: z.int().min(1).max(7_200),
});
export type AgentRunSpec = z.infer<typeof AgentRunSpec>;

export const RunPhase = z.enum(["Pending", "Running", "Succeeded", "Failed", "Cancelled"]);
export type RunPhase = z.infer<typeof RunPhase>;

/** Written by the worker alone, but for the condition `Authorized`, which is the controller's. */
export const AgentRunStatus = z.object({
  observedGeneration: z.int().min(0).optional(),
  phase: RunPhase.optional(),
  jobName: z.string().max(63).optional(),
  startedAt: z.string().max(40).optional(),
  finishedAt: z.string().max(40).optional(),
  verdicts: z.int().min(0).optional(),
  costUsd: z.string().max(20).optional(),
  error: z.string().max(500).optional(),
  conditions: z.array(Condition).max(8).optional(),
});
export type AgentRunStatus = z.infer<typeof AgentRunStatus>;

export const AgentRun = z.object({
  apiVersion: z.literal("kubeclaw.dev/v1alpha1"),
  kind: z.literal("AgentRun"),
  metadata: OwnMetadata,
  spec: AgentRunSpec,
  status: AgentRunStatus.optional(),
});
export type AgentRun = z.infer<typeof AgentRun>;

/** True when nothing more will happen to the run; such a run is never launched again. */
export function isFinished(phase: RunPhase | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed" || phase === "Cancelled";
}
