import type { ApprovalRecord } from "./approval-record.js";
import type { ApprovalStore } from "./ports.js";

/** Ends a plan that still waits: its time is over, a newer plan took its place, or for the reason that is given. */
export function createExpire(deps: {
  store: ApprovalStore;
  settle: (record: ApprovalRecord) => Promise<void>;
  now: () => Date;
}): (decision: string, state: "expired" | "superseded", reason?: string) => Promise<void> {
  const { store, settle, now } = deps;
  return async (decision, state, reason) => {
    const record = await store.find(decision);
    if (record?.state !== "pending") return;
    const settled = await store.settle({ ...record, state, decidedAt: now().toISOString(), reason: reason ?? null });
    if (settled) await settle(settled);
  };
}
