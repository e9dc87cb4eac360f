import * as z from "zod";
import { RefusalReason } from "./approval.js";
import { DiagnosisAnswer } from "./diagnosis.js";
import { DecisionId, RunId } from "./ids.js";
import { InvestigationRequest } from "./investigation-request.js";
import { Outcome } from "./outcome.js";

/** What the model had to do with an answer, as the card says it. */
export const ModelUse = z.strictObject({
  used: z.boolean(),
  model: z.string().max(100).nullable(),
  note: z.string().max(4_000),
  usd: z.number().min(0),
});
export type ModelUse = z.infer<typeof ModelUse>;

/** A plan on its way to a person: the canonical text that is digested, and nothing that is not in it. */
export const PlanOffer = z.strictObject({
  decision: DecisionId,
  plan: z.string().max(100_000),
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
});
export type PlanOffer = z.infer<typeof PlanOffer>;

const base = { run: RunId, at: z.iso.datetime() };

/**
 * What a stage tells the thread: the payload of the `outbox` queue. `run` is always the investigation whose card it
 * changes. The bot folds facts into the card, so their order of arrival must not matter to the outcome.
 */
export const Fact = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("requested"), ...base, request: InvestigationRequest }),
  z.strictObject({ kind: z.literal("started"), ...base }),
  z.strictObject({ kind: z.literal("progress"), ...base, step: z.string().max(40), text: z.string().max(300) }),
  z.strictObject({
    kind: z.literal("finding"),
    ...base,
    stage: z.enum(["first", "final"]),
    answer: DiagnosisAnswer,
    model: ModelUse,
  }),
  z.strictObject({
    kind: z.literal("ended"),
    ...base,
    result: z.enum(["succeeded", "failed", "cancelled"]),
    error: z.string().max(500).optional(),
  }),
  z.strictObject({ kind: z.literal("plan"), ...base, offer: PlanOffer }),
  z.strictObject({ kind: z.literal("no-plan"), ...base, reason: z.string().max(500) }),
  z.strictObject({
    kind: z.literal("verdict"),
    ...base,
    decision: DecisionId,
    state: z.enum(["approved", "denied", "expired", "superseded"]),
    by: z.string().max(40).nullable(),
    reason: z.string().max(1_000).optional(),
  }),
  z.strictObject({ kind: z.literal("executing"), ...base, decision: DecisionId, text: z.string().max(300) }),
  z.strictObject({ kind: z.literal("outcome"), ...base, outcome: Outcome, refusal: RefusalReason.optional() }),
  /** Every alert that belongs to the run is resolved. */
  z.strictObject({ kind: z.literal("alert-resolved"), ...base }),
  /** More alerts belong to the run; how many is counted when the card is drawn. */
  z.strictObject({ kind: z.literal("alert-joined"), ...base }),
  /** A line of our own where there is no investigation; `run` only makes it the same line when it is said again. */
  z.strictObject({
    kind: z.literal("note"),
    ...base,
    place: z.strictObject({ channel: z.string().max(40), threadTs: z.string().max(40).nullable() }),
    text: z.string().max(600),
  }),
  /** A plan's time is over, by the queue's clock: a reason to look at its record, and no more. */
  z.strictObject({ kind: z.literal("plan-due"), ...base, decision: DecisionId }),
]);
export type Fact = z.infer<typeof Fact>;
