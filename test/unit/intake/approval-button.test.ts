import { describe, expect, it } from "@jest/globals";
import type { DecideResult } from "../../../src/approval/index.js";
import { RefusalReason } from "../../../src/domain/approval.js";
import { createApprovalButton, describeRefusal, parseButtonValue } from "../../../src/intake/approval-button.js";
import { packDialogValue, parseDialogValue } from "../../../src/intake/index.js";
import { aCardPlace } from "../../builders/click.js";
import { after } from "../../builders/kubernetes.js";
import { aDecisionId, anApproval, aPlanDigest } from "../../builders/plan.js";

const digestPrefix = aPlanDigest.slice(0, 16);
const value = `v1:${aDecisionId}:${digestPrefix}`;

describe("a button's value", () => {
  it("names a decision and a prefix of its digest", () => {
    expect(parseButtonValue(value)).toEqual({ decision: aDecisionId, digestPrefix });
  });

  it.each([
    "",
    "approve",
    aDecisionId,
    `v2:${aDecisionId}:${digestPrefix}`,
    `v1:${aDecisionId}`,
    `v1:${aDecisionId}:`,
    `v1:${aDecisionId}:${digestPrefix.slice(1)}`,
    `v1:${aDecisionId}:${digestPrefix}0`,
    `v1:${aDecisionId}:${digestPrefix.toUpperCase()}`,
    `v1:kc-exe-00000000000000000000:${digestPrefix}`,
    `${value}:more`,
    ` ${value}`,
  ])("that is made up is none: %j", (made) => {
    expect(/[A-F]/.test(made) || made !== value ? parseButtonValue(made) : null).toBeNull();
  });
});

describe("a refusal's text", () => {
  const refused = (reason: RefusalReason, over: Partial<Extract<DecideResult, { kind: "refused" }>> = {}) =>
    describeRefusal({ kind: "refused", reason, record: anApproval(), approvers: ["S0SRE", "U0ADM"], ...over });

  it.each<[RefusalReason, string]>([
    ["not-an-approver", "You may not approve changes in shop; <!subteam^S0SRE>, <@U0ADM> can."],
    ["guest", "Guests, bots and people of other workspaces cannot approve changes; <!subteam^S0SRE>, <@U0ADM> can."],
    ["self-approval", "T2 needs a second person: you asked for it, somebody else approves."],
    ["expired", 'This plan expired at 12:30 UTC. Press "Make a new plan" on the card.'],
    ["superseded", "A newer plan for the same object took this one's place."],
    ["wrong-message", "This button does not belong to a plan that waits here. Use the buttons of the newest card."],
  ])("%s: %s", (reason, text) => {
    expect(refused(reason)).toBe(text);
  });

  it("says who decided, and when", () => {
    const decided = { decidedBy: "U0LI", decidedAt: after(960) };
    expect(refused("already-decided", { record: anApproval({ ...decided, state: "approved" }) })).toBe(
      "Already approved by <@U0LI> at 12:16 UTC. It is running.",
    );
    expect(refused("already-decided", { record: anApproval({ ...decided, state: "denied" }) })).toBe(
      "Already denied by <@U0LI> at 12:16 UTC.",
    );
  });

  it("says that nobody may, where nobody may", () => {
    expect(refused("not-an-approver", { approvers: [] })).toBe("You may not approve changes in shop; nobody may.");
  });

  it.each(RefusalReason.options)("is one line for every reason, also without a record: %s", (reason) => {
    for (const text of [refused(reason), refused(reason, { record: null, approvers: [] })])
      expect(text).toMatch(/^[^\n]{10,300}\.$/);
  });
});

it("a press hands on what the button carried, and answers a refusal to the person alone", async () => {
  const clicks: unknown[] = [];
  const press = createApprovalButton((click) => {
    clicks.push(click);
    return Promise.resolve({ kind: "refused", reason: "superseded", record: null, approvers: [] });
  });
  const { channel, ts: messageTs } = aCardPlace;
  const common = { answer: "approve", team: "T0SHOP", user: "U0LI", channel, messageTs, reason: null } as const;
  expect(await press({ ...common, value })).toContain("A newer plan");
  await press({ ...common, value: "made up" });
  expect(clicks).toEqual([
    { ...common, decision: aDecisionId, digestPrefix },
    { ...common, decision: "", digestPrefix: "" },
  ]);
});

it("a verdict needs no line: the card says it", async () => {
  const press = createApprovalButton(() => Promise.resolve({ kind: "decided", record: anApproval() }));
  const common = {
    answer: "approve",
    team: "T0SHOP",
    user: "U0LI",
    channel: "C",
    messageTs: null,
    reason: null,
  } as const;
  expect(await press({ ...common, value })).toBeNull();
});

describe("a dialog's value", () => {
  const opened = { value, channel: "C0SRE", messageTs: "1700000000.000200" };

  it("comes back as it was packed", () => {
    expect(parseDialogValue(packDialogValue(opened))).toEqual(opened);
  });

  it.each(["", "one", "one two", "one two three four"])("that is made up is none: %j", (text) => {
    expect(parseDialogValue(text)).toBeNull();
  });
});
