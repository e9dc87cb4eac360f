import * as z from "zod";
import { Tier } from "./action.js";
import { Condition } from "./agent-run.js";
import { RunId } from "./ids.js";
import { OwnMetadata } from "./own-metadata.js";

/** What was planned. Immutable. `plan` is the RFC 8785 text whose SHA-256 is `planDigest`; the rest repeats it for people. */
export const DecisionSpec = z.object({
  run: RunId,
  plan: z.string().max(100_000),
  planDigest: z.string().max(64),
  tier: Tier,
  action: z.string().max(63),
  target: z.string().max(400),
  causeId: z.string().max(80),
  summary: z.string().max(300),
  expiresAt: z.string().max(40),
});
export type DecisionSpec = z.infer<typeof DecisionSpec>;

export const DecisionPhase = z.enum([
  "AwaitingApproval",
  "Denied",
  "Expired",
  "Superseded",
  "Approved",
  "Verified",
  "NoEffect",
  "RolledBack",
  "Failed",
  "Unknown",
]);
export type DecisionPhase = z.infer<typeof DecisionPhase>;

export const DecisionStatus = z.object({
  observedGeneration: z.int().min(0).optional(),
  phase: DecisionPhase.optional(),
  decidedBy: z.string().max(40).optional(),
  decidedAt: z.string().max(40).optional(),
  reason: z.string().max(1_000).optional(),
  executionRun: z.string().max(63).optional(),
  applied: z.boolean().optional(),
  outcome: z.string().max(1_000).optional(),
  finishedAt: z.string().max(40).optional(),
  conditions: z.array(Condition).max(8).optional(),
});
export type DecisionStatus = z.infer<typeof DecisionStatus>;

export const Decision = z.object({
  apiVersion: z.literal("kubeclaw.dev/v1alpha1"),
  kind: z.literal("Decision"),
  metadata: OwnMetadata,
  spec: DecisionSpec,
  status: DecisionStatus.optional(),
});
export type Decision = z.infer<typeof Decision>;
