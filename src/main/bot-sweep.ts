import type { createSettleApproval } from "../approval/index.js";
import type { createApprovalStore } from "../platform/redis/approval-store.js";

const sweepMs = 5_000;

/** Follows again, every few seconds, each decision whose consequences a dead process left half done. @returns the stop. */
export function sweepDecisions(deps: {
  approvals: ReturnType<typeof createApprovalStore>;
  settle: ReturnType<typeof createSettleApproval>;
  now: () => Date;
  onError: (event: string, error: unknown) => void;
}): () => void {
  const { approvals, settle, now, onError } = deps;
  const timer = setInterval(() => {
    void (async () => {
      for (const decision of await approvals.unfinished()) {
        const record = await approvals.find(decision);
        const age = record?.decidedAt ? now().getTime() - Date.parse(record.decidedAt) : 0;
        if (record && age > sweepMs) await settle(record);
      }
    })().catch((error: unknown) => {
      onError("sweep_failed", error);
    });
  }, sweepMs);
  return () => {
    clearInterval(timer);
  };
}
