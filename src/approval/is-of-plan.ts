import { sha256 } from "../domain/canonical-json.js";
import { Plan } from "../domain/plan.js";
import type { ApprovalRecord } from "./approval-record.js";

/**
 * Does a record say of its plan what the plan itself says? Who may approve, and until when, is decided by these fields,
 * and whoever reaches the store could write another namespace or tier beside the plan; the plan's own digest is signed
 * and checked against the Decision.
 */
export function isOfPlan(record: ApprovalRecord): boolean {
  if (sha256(record.plan) !== record.planDigest) return false;
  try {
    const { run, tier, requestedBy, expiresAt, target } = Plan.parse(JSON.parse(record.plan));
    return (
      run === record.run &&
      tier === record.tier &&
      requestedBy === record.requestedBy &&
      expiresAt === record.expiresAt &&
      target.namespace === record.namespace
    );
  } catch {
    return false;
  }
}
