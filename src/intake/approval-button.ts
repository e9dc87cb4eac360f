import { clock } from "../findings/index.js";
import type { ApprovalRecord, Click, DecideResult } from "../approval/index.js";
import { DecisionId } from "../domain/ids.js";

/** What an approval button carries: `v1:DECISION:first 16 hex digits of the plan's digest`. */
export function parseButtonValue(value: string): { decision: string; digestPrefix: string } | null {
  const [version, decision, digestPrefix, ...rest] = value.split(":");
  if (version !== "v1" || rest.length > 0 || digestPrefix === undefined || !/^[0-9a-f]{16}$/.test(digestPrefix))
    return null;
  const parsed = DecisionId.safeParse(decision);
  return parsed.success ? { decision: parsed.data, digestPrefix } : null;
}

function names(approvers: readonly string[]): string {
  if (approvers.length === 0) return "nobody may";
  return `${approvers.map((id) => (id.startsWith("S") ? `<!subteam^${id}>` : `<@${id}>`)).join(", ")} can`;
}

/** One line with the way out, for the person who clicked. */
export function describeRefusal(result: Extract<DecideResult, { kind: "refused" }>): string {
  const { reason, record, approvers } = result;
  switch (reason) {
    case "not-an-approver":
      return `You may not approve changes in ${record?.namespace ?? "this namespace"}; ${names(approvers)}.`;
    case "guest":
    case "other-workspace":
    case "bot":
    case "deactivated":
      return `Guests, bots and people of other workspaces cannot approve changes; ${names(approvers)}.`;
    case "already-decided":
      return describeDecided(record);
    case "expired":
      return `This plan expired at ${clock(record?.expiresAt ?? "")}. Press "Make a new plan" on the card.`;
    case "superseded":
      return "A newer plan for the same object took this one's place.";
    case "self-approval":
      return `${record?.tier ?? "This tier"} needs a second person: you asked for it, somebody else approves.`;
    case "wrong-message":
    case "digest-mismatch":
    case "stale":
      return "This button does not belong to a plan that waits here. Use the buttons of the newest card.";
    case "frozen":
      return `Changes in ${record?.namespace ?? "this namespace"} are frozen; an admin ends that with \`/kubeclaw unfreeze\`.`;
    case "drifted":
    case "bad-signature":
    case "replayed":
    case "stopped":
    case "out-of-bounds":
      return `Refused: ${reason}.`;
  }
}

function describeDecided(record: ApprovalRecord | null): string {
  const by = record?.decidedBy ? ` by <@${record.decidedBy}>` : "";
  const at = record?.decidedAt ? ` at ${clock(record.decidedAt)}` : "";
  return `Already ${record?.state ?? "decided"}${by}${at}.${record?.state === "approved" ? " It is running." : ""}`;
}

/** A press of Approve or Deny, on the card or in a dialog. */
export interface ApprovalPress {
  answer: Click["answer"];
  value: string;
  team: string;
  user: string;
  channel: string;
  messageTs: string | null;
  reason: string | null;
}

/**
 * Turns a press of Approve or Deny into a verdict.
 * @returns the line for the person who clicked, or null where the card itself says what follows.
 */
export function createApprovalButton(
  decide: (click: Click & { decision: string; user: string; reason: string | null }) => Promise<DecideResult>,
): (press: ApprovalPress) => Promise<string | null> {
  return async (press) => {
    const { value, ...rest } = press;
    const parsed = parseButtonValue(value);
    const result = await decide({
      ...rest,
      decision: parsed?.decision ?? "",
      digestPrefix: parsed?.digestPrefix ?? "",
    });
    return result.kind === "refused" ? describeRefusal(result) : null;
  };
}
