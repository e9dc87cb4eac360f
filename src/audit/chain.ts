import { type AuditEvent, AuditRecord } from "../domain/audit-event.js";
import { canonicalJson, sha256 } from "../domain/canonical-json.js";

/** What the first record of a chain names as the one before it. */
export const genesis = "0".repeat(64);

/** The digest of a record: SHA-256 over the RFC 8785 form of everything but the digest itself. */
export function recordDigest(record: Omit<AuditRecord, "digest">): string {
  return sha256(canonicalJson(record));
}

/** Links one more event to the chain. Pure. */
export function buildRecord(event: AuditEvent, last: { seq: number; digest: string } | null): AuditRecord {
  const record = { ...event, seq: (last?.seq ?? 0) + 1, previous: last?.digest ?? genesis };
  return { ...record, digest: recordDigest(record) };
}

export type Verification =
  | { kind: "intact"; records: number; last: string }
  | { kind: "broken"; line: number; seq: number | null; problem: string };

/** Recomputes a chain, line by line, and names the first record that does not fit. */
export function verifyChain(lines: Iterable<string>): Verification {
  let last: { seq: number; digest: string } | null = null;
  let line = 0;
  for (const text of lines) {
    line += 1;
    if (text.trim() === "") continue;
    let parsed: ReturnType<typeof AuditRecord.safeParse>;
    try {
      parsed = AuditRecord.safeParse(JSON.parse(text));
    } catch {
      return { kind: "broken", line, seq: null, problem: "not JSON" };
    }
    if (!parsed.success)
      return {
        kind: "broken",
        line,
        seq: null,
        problem: `not an audit record: ${parsed.error.issues[0]?.path.join(".") ?? ""}`,
      };
    const { digest, ...rest } = parsed.data;
    const seq = rest.seq;
    const broken = (problem: string): Verification => ({ kind: "broken", line, seq, problem });
    if (last !== null && seq !== last.seq + 1) return broken(`expected seq ${last.seq + 1}`);
    if (last !== null ? rest.previous !== last.digest : seq === 1 && rest.previous !== genesis)
      return broken("previous does not match the record before");
    if (recordDigest(rest) !== digest) return broken("digest does not match the record");
    last = { seq, digest };
  }
  return { kind: "intact", records: last?.seq ?? 0, last: last?.digest ?? genesis };
}
