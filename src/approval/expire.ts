import type { ApprovalRecord } from "./approval-record.js";
import type { ApprovalStore } from "./ports.js";

/** Ends a plan that still waits, because its time is over or a newer plan took its place. */
export function createExpire(deps: {
  store: ApprovalStore;
  settle: (record: ApprovalRecord) => Promise<void>;
  now: () => Date;
}): (decision: string, state: "expired" | "superseded") => Promise<void> {
  const { store, settle, now } = deps;
  return async (decision, state) => {
    const record = await store.find(decision);
    if (record?.state !== "pending") return;
    const settled = await store.settle({ ...record, state, decidedAt: now().toISOString() });
    if (settled) await settle(settled);
  };
}
