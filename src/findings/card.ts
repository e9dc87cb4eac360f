import * as z from "zod";
import { DiagnosisAnswer } from "../domain/diagnosis.js";
import { Fact, ModelUse, PlanOffer } from "../domain/fact.js";
import { InvestigationRequest } from "../domain/investigation-request.js";
import { Outcome } from "../domain/outcome.js";

const at = z.string();

/** Everything that a thread has been told about one investigation: what the card is drawn from. */
export const Card = z.strictObject({
  request: InvestigationRequest,
  startedAt: at.nullable(),
  progress: z.array(z.strictObject({ at, step: z.string(), text: z.string() })),
  finding: z
    .strictObject({ at, stage: z.enum(["first", "final"]), answer: DiagnosisAnswer, model: ModelUse })
    .nullable(),
  ended: z
    .strictObject({ at, result: z.enum(["succeeded", "failed", "cancelled"]), error: z.string().nullable() })
    .nullable(),
  /** The newest plan; what follows below is about this one alone. */
  plan: z.strictObject({ at, offer: PlanOffer }).nullable(),
  noPlan: z.strictObject({ at, reason: z.string() }).nullable(),
  verdict: z
    .strictObject({
      at,
      state: z.enum(["approved", "denied", "expired", "superseded"]),
      by: z.string().nullable(),
      reason: z.string().nullable(),
    })
    .nullable(),
  executing: z.strictObject({ at, text: z.string() }).nullable(),
  outcome: z.strictObject({ at, outcome: Outcome }).nullable(),
  /** Facts about decisions whose plan has not arrived yet: delivery is not in order. */
  early: z.array(Fact).max(20),
  resolvedAt: at.nullable(),
  /** Alerts that belong to the run. */
  alerts: z.int().min(0).default(0),
});
export type Card = z.infer<typeof Card>;

export const CardState = z.enum([
  "queued",
  "investigating",
  "finding",
  "healthy",
  "inconclusive",
  "awaiting-approval",
  "executing",
  "verified",
  "no-effect",
  "rolled-back",
  "undone",
  "failed",
  "unknown",
  "expired",
  "denied",
  "cancelled",
  "superseded",
]);
export type CardState = z.infer<typeof CardState>;

/** The card of a request that nothing is known of yet. */
export function newCard(request: InvestigationRequest): Card {
  return {
    request,
    startedAt: null,
    progress: [],
    finding: null,
    ended: null,
    plan: null,
    noPlan: null,
    verdict: null,
    executing: null,
    outcome: null,
    early: [],
    resolvedAt: null,
    alerts: 0,
  };
}
