import * as z from "zod";

export const AuditKind = z.enum([
  "delivery.accepted",
  "delivery.duplicate",
  "delivery.refused",
  "run.created",
  "run.started",
  "run.finding",
  "run.finished",
  "run.failed",
  "run.cancelled",
  "read",
  "model.call",
  "approval.requested",
  "approval.approved",
  "approval.denied",
  "approval.refused",
  "approval.expired",
  "approval.superseded",
  "execution.started",
  "execution.dry-run",
  "execution.applied",
  "execution.verified",
  "execution.rolled-back",
  "execution.failed",
  "execution.unknown",
  "policy.changed",
]);
export type AuditKind = z.infer<typeof AuditKind>;

/** What a stage says of one step, before the sealer numbers and chains it. */
export const AuditEvent = z.strictObject({
  at: z.iso.datetime(),
  kind: AuditKind,
  actor: z.strictObject({
    kind: z.enum(["person", "agent", "policy", "system"]),
    id: z.string().max(200),
    team: z.string().max(40).optional(),
  }),
  /** Null only where no run exists yet, as for a refused delivery. */
  run: z.string().max(63).nullable(),
  decision: z.string().max(63).optional(),
  subject: z.string().max(400).optional(),
  detail: z.record(z.string().max(63), z.json()),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

/** One line of the chain: `digest` is the SHA-256 of the RFC 8785 form of the record without `digest`. */
export const AuditRecord = AuditEvent.extend({ seq: z.int().min(1), previous: hex64, digest: hex64 });
export type AuditRecord = z.infer<typeof AuditRecord>;
