import { expect, it } from "@jest/globals";
import { decideWithdrawal } from "../../../src/findings/decide-withdrawal.js";
import { aCard, aFinding, aPlanOnCard, aVerdictOnCard } from "../../builders/card.js";
import { after } from "../../builders/kubernetes.js";
import type { Card } from "../../../src/findings/card.js";

/** A plan of our own waits since noon and 3 s; every alert was resolved a minute later. */
const decide = (over: Partial<Card> = {}, plan: Parameters<typeof aPlanOnCard>[0] = { requestedBy: null }) =>
  decideWithdrawal(aCard({ finding: aFinding(), plan: aPlanOnCard(plan), resolvedAt: after(60), ...over }));

it("takes back a plan that waits", () => {
  expect(decide()).toBe(aPlanOnCard({ requestedBy: null }).offer.decision);
});

it("takes back what a person asked for before", () => {
  expect(decide({}, { requestedBy: "U0ANA" })).not.toBeNull();
});

it.each<[string, Partial<Card>, Parameters<typeof aPlanOnCard>[0]]>([
  ["while an alert fires", { resolvedAt: null }, { requestedBy: null }],
  ["a way back, whenever it was asked for", {}, { requestedBy: "U0ANA", purpose: "undo" }],
  ["what was decided", { verdict: aVerdictOnCard("approved") }, { requestedBy: null }],
  ["where there is no plan", { plan: null }, { requestedBy: null }],
])("leaves %s", (_what, over, plan) => {
  expect(decide(over, plan)).toBeNull();
});

it("leaves what a person asked for afterwards", () => {
  const plan = { ...aPlanOnCard({ requestedBy: "U0ANA" }), at: after(90) };
  expect(decide({ plan })).toBeNull();
});
