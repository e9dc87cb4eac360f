import * as z from "zod";
import { Tier } from "../domain/action.js";
import { SignedApproval } from "../domain/approval.js";
import { DecisionId, RunId } from "../domain/ids.js";

/** What the bot keeps of one waiting plan: the record that a click is checked against. */
export const ApprovalRecord = z.strictObject({
  decision: DecisionId,
  run: RunId,
  tenant: z.string(),
  team: z.string(),
  plan: z.string(),
  planDigest: z.string(),
  namespace: z.string(),
  tier: Tier,
  requestedBy: z.string().nullable(),
  expiresAt: z.string(),
  state: z.enum(["pending", "approved", "denied", "expired", "superseded"]),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
  approval: SignedApproval.nullable(),
});
export type ApprovalRecord = z.infer<typeof ApprovalRecord>;
