import * as z from "zod";
import { ActionProposal } from "./action.js";
import { ObjectRef } from "./kubernetes-object.js";

export const Evidence = z.strictObject({
  id: z.string().regex(/^e\d{1,3}$/, "expected e1, e2, …"),
  source: z.enum(["condition", "event", "field", "log", "metric", "probe"]),
  ref: z.string().max(400),
  path: z.string().max(400).optional(),
  quote: z.string().max(2_000),
  at: z.string().max(40).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Confidence = z.enum(["confirmed", "likely", "inconclusive"]);
export type Confidence = z.infer<typeof Confidence>;

/** One root cause: what a person would repair, why we say so, and what it explains. */
export const Verdict = z.strictObject({
  causeId: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .max(80),
  object: ObjectRef,
  symptomObject: ObjectRef,
  confidence: Confidence,
  severity: z.enum(["critical", "warning", "info"]),
  summary: z.string().min(1).max(1_000),
  since: z.string().max(40).optional(),
  evidence: z
    .array(Evidence)
    .max(20)
    .refine(
      (list) => new Set(list.map((entry) => entry.id)).size === list.length,
      "two pieces of evidence have one id",
    ),
  effects: z.array(z.strictObject({ object: ObjectRef, summary: z.string().max(500) })).max(50),
  ruledOut: z.array(z.strictObject({ causeId: z.string().max(80), because: z.string().max(500) })).max(20),
  notChecked: z.array(z.string().max(300)).max(20),
  actions: z.array(ActionProposal).max(10),
});
export type Verdict = z.infer<typeof Verdict>;

/** The deterministic diagnosis of one scope (`kubeclaw.dev/diagnosis/v1`). */
export const DiagnosisAnswer = z.strictObject({
  schema: z.literal("kubeclaw.dev/diagnosis/v1"),
  now: z.string().max(40),
  scope: z.strictObject({ namespace: z.string().max(63).nullable(), object: ObjectRef.nullable() }),
  status: z.enum(["failing", "healthy", "inconclusive"]),
  verdicts: z.array(Verdict).max(200),
  checked: z.strictObject({
    objects: z.int().min(0),
    events: z.int().min(0),
    logLines: z.int().min(0),
    rules: z.int().min(0),
  }),
  cost: z.strictObject({ apiCalls: z.int().min(0), bytes: z.int().min(0), milliseconds: z.number().min(0) }),
  warnings: z.array(z.string().max(500)).max(50),
});
export type DiagnosisAnswer = z.infer<typeof DiagnosisAnswer>;
