import * as z from "zod";
import { ActionProposal } from "./action.js";
import { DecisionId, RunId } from "./ids.js";
import { Outcome } from "./outcome.js";

const base = { run: RunId, at: z.iso.datetime(), requestedBy: z.string().max(40).nullable() };

/** What the controller is told: the payload of the `decisions` queue. It is the only writer of Decisions. */
export const ControllerMessage = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("propose"), ...base, causeId: z.string().max(80), proposal: ActionProposal }),
  z.strictObject({ kind: z.literal("undo"), ...base, decision: DecisionId }),
  z.strictObject({ kind: z.literal("replan"), ...base, decision: DecisionId }),
  z.strictObject({
    kind: z.literal("settled"),
    ...base,
    decision: DecisionId,
    state: z.enum(["approved", "denied", "expired", "superseded"]),
    by: z.string().max(40).nullable(),
    reason: z.string().max(1_000).optional(),
  }),
  z.strictObject({ kind: z.literal("outcome"), ...base, outcome: Outcome }),
]);
export type ControllerMessage = z.infer<typeof ControllerMessage>;
