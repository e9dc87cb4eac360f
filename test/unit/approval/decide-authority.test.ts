import { expect, it } from "@jest/globals";
import { decideAuthority } from "../../../src/approval/decide-authority.js";
import { canonicalJson, sha256 } from "../../../src/domain/canonical-json.js";
import { after, noon } from "../../builders/kubernetes.js";
import { aDecision, anOffer, aPlan } from "../../builders/plan.js";
import { aSignedApproval, verify } from "../../builders/signature.js";

type Input = Parameters<typeof decideAuthority>[0];

function decide(over: Partial<Input> = {}) {
  return decideAuthority({ approval: aSignedApproval(), decision: aDecision(), verify, now: noon, ...over });
}

/** A Decision that holds this text, with a digest that fits it. */
const holding = (plan: string) => aDecision({ spec: { plan, planDigest: sha256(plan) } });
const other = anOffer({ summary: "something else" });
const ended = anOffer({ expiresAt: after(60) });

it("authorizes what was signed, and hands out the plan of the Decision", () => {
  expect(decide()).toEqual({ kind: "authorized", plan: aPlan() });
});

it.each<[string, string, Partial<Input>]>([
  ["bad-signature", "signed by nobody of ours", { verify: () => false }],
  [
    "digest-mismatch",
    "an approval of another decision",
    { approval: aSignedApproval({ decision: "kc-dec-00000000000000000000" }) },
  ],
  ["digest-mismatch", "an approval of another plan", { approval: aSignedApproval({ planDigest: other.planDigest }) }],
  ["digest-mismatch", "a Decision whose text was changed", { decision: aDecision({ spec: { plan: other.plan } }) }],
  [
    "digest-mismatch",
    "a Decision whose digest was changed",
    { decision: aDecision({ spec: { planDigest: "0".repeat(64) } }) },
  ],
  ["digest-mismatch", "a Decision whose text and digest were changed", { decision: holding(other.plan) }],
  [
    "digest-mismatch",
    "a text that is no plan",
    { decision: holding("{}"), approval: aSignedApproval({ planDigest: sha256("{}") }) },
  ],
  [
    "digest-mismatch",
    "a text that is no JSON",
    { decision: holding("{"), approval: aSignedApproval({ planDigest: sha256("{") }) },
  ],
  ["expired", "the approval's time is over", { approval: aSignedApproval({ expiresAt: noon.toISOString() }) }],
  [
    "expired",
    "the plan's time is over, whatever the approval says",
    {
      decision: holding(ended.plan),
      approval: aSignedApproval({ planDigest: ended.planDigest, expiresAt: after(9_000) }),
      now: new Date(after(60)),
    },
  ],
])("refuses: %s (%s)", (reason, _what, over) => {
  expect(decide(over)).toEqual({ kind: "refused", reason });
});

it("checks the signature before anything that the approval says", () => {
  const approval = { ...aSignedApproval({ expiresAt: noon.toISOString() }), signature: "" };
  expect(decide({ approval })).toEqual({ kind: "refused", reason: "bad-signature" });
});

it("does not mind a plan with unknown members only when they are not there", () => {
  const text = canonicalJson({ ...aPlan(), extra: true });
  expect(decide({ decision: holding(text), approval: aSignedApproval({ planDigest: sha256(text) }) })).toEqual({
    kind: "refused",
    reason: "digest-mismatch",
  });
});
