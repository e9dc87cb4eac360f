import * as z from "zod";
import { DecisionId, RunId } from "./ids.js";

/** How an execution ended, in the words of the card's state. */
export const OutcomeState = z.enum(["verified", "no-effect", "rolled-back", "failed", "unknown"]);
export type OutcomeState = z.infer<typeof OutcomeState>;

/** What the executor reports, and what `Decision.status` keeps. */
export const Outcome = z.strictObject({
  run: RunId,
  decision: DecisionId,
  state: OutcomeState,
  /** Was the change sent to the API server? Never true when `state` is `failed` before the write. */
  applied: z.boolean(),
  reason: z.string().max(80).optional(),
  summary: z.string().max(1_000),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
});
export type Outcome = z.infer<typeof Outcome>;
