import { describe, expect, it } from "@jest/globals";
import { decideClick } from "../../../src/approval/decide-click.js";
import { aCardPlace, aClick, aPerson } from "../../builders/click.js";
import { after, noon } from "../../builders/kubernetes.js";
import { anApproval } from "../../builders/plan.js";

type Input = Parameters<typeof decideClick>[0];

function decide(over: Partial<Input> = {}) {
  return decideClick({
    record: anApproval(),
    click: aClick(),
    person: aPerson(),
    card: aCardPlace,
    isApprover: true,
    fourEyes: false,
    frozen: false,
    now: noon,
    ...over,
  });
}

it.each(["approve", "deny"] as const)("lets a listed approver %s before the deadline", (answer) => {
  expect(decide({ click: aClick({ answer }) })).toEqual({ kind: "allowed" });
});

it.each<[string, string, Partial<Input>]>([
  ["other-workspace", "the click's team", { click: aClick({ team: "T0ACME" }) }],
  ["other-workspace", "the person's team", { person: aPerson({ team: "T0ACME" }) }],
  ["other-workspace", "Slack Connect", { person: aPerson({ stranger: true }) }],
  ["bot", "an app's user", { person: aPerson({ bot: true }) }],
  ["deactivated", "a closed account", { person: aPerson({ deactivated: true }) }],
  ["guest", "a guest", { person: aPerson({ guest: true }) }],
  ["not-an-approver", "not in the group", { isApprover: false }],
  ["wrong-message", "no card was posted", { card: null }],
  ["wrong-message", "another channel", { click: aClick({ channel: "C0SHOP" }) }],
  ["wrong-message", "another message", { click: aClick({ messageTs: "1700000000.000999" }) }],
  ["wrong-message", "no message", { click: aClick({ messageTs: null }) }],
  ["digest-mismatch", "another plan", { click: aClick({ digestPrefix: "0".repeat(16) }) }],
  ["digest-mismatch", "a short prefix", { click: aClick({ digestPrefix: anApproval().planDigest.slice(0, 15) }) }],
  ["digest-mismatch", "an empty prefix", { click: aClick({ digestPrefix: "" }) }],
  ["already-decided", "approved", { record: anApproval({ state: "approved" }) }],
  ["already-decided", "denied", { record: anApproval({ state: "denied" }) }],
  ["expired", "ended by the clock of the queue", { record: anApproval({ state: "expired" }) }],
  ["expired", "at the very moment", { now: new Date(after(1_800)) }],
  ["superseded", "a newer plan came", { record: anApproval({ state: "superseded" }) }],
  ["self-approval", "four eyes", { fourEyes: true, record: anApproval({ requestedBy: "U0LI" }) }],
  ["frozen", "the kill switch", { frozen: true }],
  ["expired", "before it is looked at whether it is frozen", { frozen: true, now: new Date(after(1_800)) }],
])("refuses: %s (%s)", (reason, _what, over) => {
  expect(decide(over)).toEqual({ kind: "refused", reason });
});

it("lets an approver deny what is frozen", () => {
  expect(decide({ frozen: true, click: aClick({ answer: "deny" }) })).toEqual({ kind: "allowed" });
});

describe("four eyes", () => {
  const own = anApproval({ requestedBy: "U0LI" });

  it("lets the requester approve below the tiers that need a second person", () => {
    expect(decide({ record: own, fourEyes: false })).toEqual({ kind: "allowed" });
  });

  it("lets the requester deny what they asked for", () => {
    expect(decide({ record: own, fourEyes: true, click: aClick({ answer: "deny" }) })).toEqual({ kind: "allowed" });
  });

  it("is met by anybody else, and by a plan that nobody asked for", () => {
    expect(decide({ fourEyes: true })).toEqual({ kind: "allowed" });
    expect(decide({ fourEyes: true, record: anApproval({ requestedBy: null }) })).toEqual({ kind: "allowed" });
  });
});

it("allows the last millisecond before expiry", () => {
  expect(decide({ now: new Date(Date.parse(after(1_800)) - 1) })).toEqual({ kind: "allowed" });
});
