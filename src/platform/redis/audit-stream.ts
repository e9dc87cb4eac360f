import type { Redis } from "ioredis";
import { AuditEvent } from "../../domain/audit-event.js";
import { redactDeep, type Redact } from "../../domain/redaction.js";
import { recorded } from "./connection.js";
import { keys } from "./keys.js";

/** Appends to the durable stream that the sealer chains. Rejects when it was not recorded: no record, no action. */
export function createAudit(redis: Redis, redact: Redact): (event: AuditEvent) => Promise<void> {
  return async (event) => {
    const text = JSON.stringify(redactDeep(AuditEvent.parse(event), redact));
    await recorded("an audit event", redis.xadd(keys.audit, "*", "event", text));
  };
}

export interface AuditEntry {
  id: string;
  event: AuditEvent;
}

/** The sealer's side of the stream. */
export function createAuditSource(redis: Redis) {
  return {
    /** Up to 500 entries after an id, waiting a little for the first one. */
    async read(after: string): Promise<AuditEntry[]> {
      const answer = await recorded("audit events", redis.xread("COUNT", 500, "STREAMS", keys.audit, after));
      const entries = answer?.[0]?.[1] ?? [];
      return entries.map(([id, fields]) => ({ id, event: AuditEvent.parse(JSON.parse(fields[1] ?? "")) }));
    },
    /** Drops what is sealed, the entry itself included. */
    async trim(upTo: string): Promise<void> {
      const [time, serial] = upTo.split("-");
      await recorded("an audit trim", redis.xtrim(keys.audit, "MINID", `${time ?? "0"}-${Number(serial ?? 0) + 1}`));
    },
  };
}
