import { executionId } from "../domain/ids.js";
import type { ApprovalRecord } from "./approval-record.js";
import type { Audit, Execute, Tell, TellController } from "./ports.js";

const auditKinds = {
  approved: "approval.approved",
  denied: "approval.denied",
  expired: "approval.expired",
  superseded: "approval.superseded",
} as const;

/**
 * Everything that follows from a settled record. Each step may be repeated, so that a process which dies half-way is
 * made good by doing all of it again; the names of jobs and runs keep it at one execution.
 */
export function createSettleApproval(deps: {
  audit: Audit;
  tell: Tell;
  tellController: TellController;
  execute: Execute;
}): (record: ApprovalRecord) => Promise<void> {
  const { audit, tell, tellController, execute } = deps;
  return async (record) => {
    if (record.state === "pending" || record.decidedAt === null) return;
    const { decision, run, state, decidedBy: by, decidedAt: at, team } = record;
    const reason = record.reason === null ? {} : { reason: record.reason };
    await audit({
      at,
      kind: auditKinds[state],
      actor: by === null ? { kind: "system", id: "bot" } : { kind: "person", id: by, team },
      run,
      decision,
      detail: { planDigest: record.planDigest, tier: record.tier, ...reason },
    });
    await tell({ kind: "verdict", run, at, decision, state, by, ...reason }, `${decision}-${state}`);
    await tellController(
      { kind: "settled", run, at, requestedBy: by, decision, state, by, ...reason },
      `${decision}-${state}`,
    );
    if (state === "approved" && record.approval) {
      await execute(
        {
          run: executionId(decision),
          investigation: run,
          tenant: record.tenant,
          decision,
          namespace: record.namespace,
          approval: record.approval,
          requestedAt: at,
        },
        executionId(decision),
      );
    }
  };
}
