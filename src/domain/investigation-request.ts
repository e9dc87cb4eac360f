import * as z from "zod";
import { RunId } from "./ids.js";

/** What is looked at: one namespace, and in it one object where a person or an alert named one. */
export const Scope = z.strictObject({
  namespace: z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "expected a namespace name"),
  object: z
    .strictObject({
      kind: z.string().min(1).max(63),
      name: z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, "expected an object name"),
    })
    .nullable(),
});
export type Scope = z.infer<typeof Scope>;

export const AlertSummary = z.strictObject({
  name: z.string().max(200),
  fingerprint: z.string().max(200),
  severity: z.string().max(40).optional(),
});
export type AlertSummary = z.infer<typeof AlertSummary>;

/** One investigation as it is queued: everything that a Job, a card and an auditor need to know of its origin. */
export const InvestigationRequest = z.strictObject({
  run: RunId,
  tenant: z.string().min(1).max(63),
  cluster: z.string().min(1).max(100),
  scope: Scope,
  trigger: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("command"), user: z.string().max(40) }),
    z.strictObject({ kind: z.literal("alert"), alert: AlertSummary }),
  ]),
  /** Where the card goes. `threadTs` is the alert's message, which is then the root of the thread. */
  slack: z.strictObject({
    team: z.string().max(40),
    channel: z.string().max(40),
    threadTs: z.string().max(40).nullable(),
  }),
  /** Equal for everything that asks the same question; one investigation for each within the window. */
  dedupeKey: z.string().min(1).max(300),
  requestedAt: z.iso.datetime(),
});
export type InvestigationRequest = z.infer<typeof InvestigationRequest>;

/** The person who asked, or null where an alert did. */
export function requester(request: InvestigationRequest): string | null {
  return request.trigger.kind === "command" ? request.trigger.user : null;
}
