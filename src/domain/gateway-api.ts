import * as z from "zod";
import { ActionProposal } from "./action.js";
import { DiagnosisAnswer } from "./diagnosis.js";
import { ModelUse } from "./fact.js";
import { Outcome } from "./outcome.js";
import { RunInput } from "./run-input.js";
import { MetricSeries } from "./snapshot.js";

/** `GET /v1/run`: what the pod is here for. */
export const RunBriefing = z.strictObject({
  input: RunInput,
  /** Null: rules only. */
  model: z.strictObject({ name: z.string(), maxCalls: z.int().min(0), maxTokens: z.int().min(1) }).nullable(),
});
export type RunBriefing = z.infer<typeof RunBriefing>;

/** `GET /v1/metrics`: the last hour of the run's namespace, as a snapshot has it. */
export const MetricsAnswer = z.strictObject({
  state: z.enum(["full", "partial", "absent"]),
  series: z.array(MetricSeries).max(2_000),
});
export type MetricsAnswer = z.infer<typeof MetricsAnswer>;

/** `POST /v1/progress`: a heartbeat with the step that the run is in. */
export const ProgressReport = z.strictObject({
  step: z.enum(["context", "logs", "dependencies", "changes", "synthesis"]),
  text: z.string().max(300),
});
export type ProgressReport = z.infer<typeof ProgressReport>;

/** `POST /v1/findings`: the rules' answer at once, the refined one later. */
export const FindingsReport = z.strictObject({
  stage: z.enum(["first", "final"]),
  answer: DiagnosisAnswer,
  model: ModelUse,
});
export type FindingsReport = z.infer<typeof FindingsReport>;

/** `POST /v1/proposals`: the one action that the card will offer. */
export const ProposalReport = z.strictObject({ causeId: z.string().max(80), proposal: ActionProposal });
export type ProposalReport = z.infer<typeof ProposalReport>;

/** `POST /v1/steps`: an executor's step. Its success is the audit record without which the next step is not taken. */
export const StepReport = z.strictObject({
  step: z.enum(["started", "dry-run", "applied", "rolled-back"]),
  detail: z.record(z.string().max(63), z.json()),
});
export type StepReport = z.infer<typeof StepReport>;

/** `POST /v1/outcome`: how an execution ended. */
export const OutcomeReport = Outcome;

/** `POST /v1/reads`: what an investigation read, one record for each run. */
export const ReadsReport = z.strictObject({
  apiCalls: z.int().min(0),
  bytes: z.int().min(0),
  objects: z.int().min(0),
  events: z.int().min(0),
  logLines: z.int().min(0),
  snapshotDigest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type ReadsReport = z.infer<typeof ReadsReport>;
