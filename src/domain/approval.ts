import * as z from "zod";
import { DecisionId } from "./ids.js";

/** What the bot signs (as RFC 8785 text, Ed25519): one person approved one plan until then. */
export const ApprovalStatement = z.strictObject({
  decision: DecisionId,
  planDigest: z.string().regex(/^[0-9a-f]{64}$/),
  team: z.string().max(40),
  approvedBy: z.string().max(40),
  approvedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type ApprovalStatement = z.infer<typeof ApprovalStatement>;

export const SignedApproval = z.strictObject({
  statement: ApprovalStatement,
  /** Base64 of the 64 signature bytes. */
  signature: z.string().max(200),
});
export type SignedApproval = z.infer<typeof SignedApproval>;

/** Why a click is refused; these words stand in the audit log. */
export const RefusalReason = z.enum([
  "not-an-approver",
  "guest",
  "other-workspace",
  "bot",
  "deactivated",
  "self-approval",
  "expired",
  "superseded",
  "already-decided",
  "digest-mismatch",
  "wrong-message",
  "drifted",
  "bad-signature",
  "stale",
  "replayed",
  "frozen",
  "stopped",
  "out-of-bounds",
]);
export type RefusalReason = z.infer<typeof RefusalReason>;
