import type { RefusalReason, SignedApproval } from "../domain/approval.js";
import { sha256 } from "../domain/canonical-json.js";
import type { Decision } from "../domain/decision.js";
import { Plan } from "../domain/plan.js";

export type Authority = { kind: "authorized"; plan: Plan } | { kind: "refused"; reason: RefusalReason };

/** Is an approval's time over? It ends when the plan does, whatever its own text says. */
export function isOver({ statement }: SignedApproval, plan: Plan, now: Date): boolean {
  return now >= new Date(plan.expiresAt) || now >= new Date(statement.expiresAt);
}

/**
 * Whether a signed approval covers a Decision, now. The controller asks before it mints rights, the executor before it
 * writes; neither trusts the queue, the Job or each other. Pure but for the signature check handed in.
 */
export function decideAuthority(input: {
  approval: SignedApproval;
  decision: Decision;
  verify: (approval: SignedApproval) => boolean;
  now: Date;
}): Authority {
  const { approval, decision, verify, now } = input;
  const { statement } = approval;
  if (!verify(approval)) return { kind: "refused", reason: "bad-signature" };
  if (statement.decision !== decision.metadata.name) return { kind: "refused", reason: "digest-mismatch" };
  const digest = sha256(decision.spec.plan);
  if (digest !== decision.spec.planDigest || digest !== statement.planDigest)
    return { kind: "refused", reason: "digest-mismatch" };
  let plan: Plan;
  try {
    plan = Plan.parse(JSON.parse(decision.spec.plan));
  } catch {
    return { kind: "refused", reason: "digest-mismatch" };
  }
  if (isOver(approval, plan, now)) return { kind: "refused", reason: "expired" };
  return { kind: "authorized", plan };
}
