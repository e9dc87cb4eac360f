import type { RefusalReason } from "../domain/approval.js";
import type { ApprovalRecord } from "./approval-record.js";

/** The person, as Slack's own answer says, not as the click says. */
export interface Person {
  id: string;
  team: string;
  guest: boolean;
  stranger: boolean;
  bot: boolean;
  deactivated: boolean;
}

/** One press of Approve or Deny, as it was delivered. */
export interface Click {
  answer: "approve" | "deny";
  team: string;
  channel: string;
  messageTs: string | null;
  /** The first hex digits of the digest that the button carried. */
  digestPrefix: string;
}

export type ClickDecision = { kind: "allowed" } | { kind: "refused"; reason: RefusalReason };

/** Hex digits of the plan's digest in a button's value. */
export const digestPrefixLength = 16;

/**
 * What one click means. A refusal costs a second click, a wrong approval costs a cluster: in doubt, refused.
 * The live object is not looked at here; the executor does that before it writes.
 */
export function decideClick(input: {
  record: ApprovalRecord;
  click: Click;
  person: Person;
  /** Where the card stands; null where it was never posted. */
  card: { channel: string; ts: string } | null;
  isApprover: boolean;
  fourEyes: boolean;
  /** Is the kill switch on for the plan's namespace? */
  frozen: boolean;
  now: Date;
}): ClickDecision {
  const { record, click, person, card, isApprover, fourEyes, frozen, now } = input;
  const refused = (reason: RefusalReason): ClickDecision => ({ kind: "refused", reason });
  if (click.team !== record.team || person.team !== record.team || person.stranger) return refused("other-workspace");
  if (person.bot) return refused("bot");
  if (person.deactivated) return refused("deactivated");
  if (person.guest) return refused("guest");
  if (!isApprover) return refused("not-an-approver");
  if (!card || click.channel !== card.channel || click.messageTs !== card.ts) return refused("wrong-message");
  if (click.digestPrefix.length !== digestPrefixLength || !record.planDigest.startsWith(click.digestPrefix))
    return refused("digest-mismatch");
  switch (record.state) {
    case "approved":
    case "denied":
      return refused("already-decided");
    case "expired":
      return refused("expired");
    case "superseded":
      return refused("superseded");
    case "pending":
      break;
  }
  if (now >= new Date(record.expiresAt)) return refused("expired");
  if (click.answer === "approve" && frozen) return refused("frozen");
  if (click.answer === "approve" && fourEyes && record.requestedBy === person.id) return refused("self-approval");
  return { kind: "allowed" };
}
