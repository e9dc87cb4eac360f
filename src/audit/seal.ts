import type { AuditEvent, AuditRecord } from "../domain/audit-event.js";
import { buildRecord } from "./chain.js";

/** The durable stream that every process appends to. */
export interface AuditSource {
  read(after: string): Promise<{ id: string; event: AuditEvent }[]>;
  trim(upTo: string): Promise<void>;
}

/** The chain on its volume. `append` returns only when the records are on disk. */
export interface AuditChain {
  last(): { seq: number; digest: string; entry: string } | null;
  append(records: readonly AuditRecord[]): Promise<void>;
}

/**
 * Moves what has been recorded from the stream into the chain, once. The stream's id stands in each record, so that a
 * sealer which died between writing and trimming goes on behind its last record.
 * @returns how many records were sealed.
 */
export async function sealOnce(source: AuditSource, chain: AuditChain): Promise<number> {
  const before = chain.last();
  const entries = await source.read(before?.entry ?? "0-0");
  if (entries.length === 0) return 0;
  let last: { seq: number; digest: string } | null = before;
  const records: AuditRecord[] = [];
  for (const { id, event } of entries) {
    const record = buildRecord({ ...event, detail: { ...event.detail, entry: id } }, last);
    records.push(record);
    last = record;
  }
  await chain.append(records);
  await source.trim(entries.at(-1)?.id ?? "0-0");
  return records.length;
}
