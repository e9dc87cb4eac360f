import { expect, it } from "@jest/globals";
import { createSigner, createVerifier } from "../../../src/approval/sign.js";
import type { ApprovalStatement } from "../../../src/domain/approval.js";
import { after } from "../../builders/kubernetes.js";
import { aKeyPair, aSignedApproval, aStatement, sign, verify } from "../../builders/signature.js";

it("accepts what its own key signed", () => {
  expect(verify(aSignedApproval())).toBe(true);
});

it("signs the canonical text: the order of members does not matter", () => {
  const reversed = Object.fromEntries(Object.entries(aStatement()).reverse()) as ApprovalStatement;
  expect(verify({ ...sign(aStatement()), statement: reversed })).toBe(true);
});

it.each<[string, Partial<ApprovalStatement>]>([
  ["decision", { decision: "kc-dec-00000000000000000000" }],
  ["planDigest", { planDigest: "0".repeat(64) }],
  ["team", { team: "T0ACME" }],
  ["approvedBy", { approvedBy: "U0EVE" }],
  ["approvedAt", { approvedAt: after(1) }],
  ["expiresAt", { expiresAt: after(86_400) }],
])("refuses a statement whose %s was changed after signing", (_member, change) => {
  const signed = aSignedApproval();
  expect(verify({ ...signed, statement: { ...signed.statement, ...change } })).toBe(false);
});

it("refuses a member that was added after signing", () => {
  const signed = aSignedApproval();
  expect(verify({ ...signed, statement: { ...signed.statement, note: "x" } as ApprovalStatement })).toBe(false);
});

it("refuses another key's signature", () => {
  const other = aKeyPair();
  expect(createVerifier(other.publicKey)(aSignedApproval())).toBe(false);
  expect(verify(createSigner(other.privateKey)(aStatement()))).toBe(false);
});

it.each(["", "not base64 !", Buffer.alloc(63).toString("base64"), Buffer.alloc(64).toString("base64")])(
  "refuses the signature %j without throwing",
  (signature) => {
    expect(verify({ statement: aStatement(), signature })).toBe(false);
  },
);
