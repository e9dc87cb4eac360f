import { generateKeyPairSync } from "node:crypto";
import { createSigner, createVerifier } from "../../src/approval/index.js";
import type { ApprovalStatement, SignedApproval } from "../../src/domain/approval.js";
import { after, noon } from "./kubernetes.js";
import { aDecisionId, aPlanDigest } from "./plan.js";

/** A fresh Ed25519 pair in PEM. */
export function aKeyPair(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
}

const pair = aKeyPair();
export const sign = createSigner(pair.privateKey);
export const verify = createVerifier(pair.publicKey);

/** Li approved the default plan at noon. */
export function aStatement(over: Partial<ApprovalStatement> = {}): ApprovalStatement {
  return {
    decision: aDecisionId,
    planDigest: aPlanDigest,
    team: "T0SHOP",
    approvedBy: "U0LI",
    approvedAt: noon.toISOString(),
    expiresAt: after(1_800),
    ...over,
  };
}

export function aSignedApproval(over: Partial<ApprovalStatement> = {}): SignedApproval {
  return sign(aStatement(over));
}
