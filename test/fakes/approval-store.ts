import type { ApprovalRecord, ApprovalStore } from "../../src/approval/index.js";

/** Approval records in memory, with the compare-and-set of the real store. */
export function createApprovalStore(
  ...known: ApprovalRecord[]
): ApprovalStore & { records: Map<string, ApprovalRecord> } {
  const records = new Map(known.map((record) => [record.decision, record]));
  const targets = new Map<string, string>();
  return {
    records,
    create(record) {
      if (records.has(record.decision)) return Promise.resolve(false);
      records.set(record.decision, record);
      return Promise.resolve(true);
    },
    find: (decision) => Promise.resolve(records.get(decision) ?? null),
    settle(record) {
      if (records.get(record.decision)?.state !== "pending") return Promise.resolve(null);
      records.set(record.decision, record);
      return Promise.resolve(record);
    },
    withdraw(pending, attempted) {
      if (JSON.stringify(records.get(pending.decision)) === JSON.stringify(attempted))
        records.set(pending.decision, pending);
      return Promise.resolve();
    },
    claimTarget(target, decision) {
      const before = targets.get(target) ?? null;
      targets.set(target, decision);
      return Promise.resolve(before);
    },
  };
}
