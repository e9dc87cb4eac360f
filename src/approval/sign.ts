import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import type { SignedApproval } from "../domain/approval.js";
import { type ApprovalStatement } from "../domain/approval.js";
import { canonicalJson } from "../domain/canonical-json.js";

/** Signs what was approved: Ed25519 (RFC 8032) over the RFC 8785 text of the statement. */
export function createSigner(privateKeyPem: string): (statement: ApprovalStatement) => SignedApproval {
  const key = createPrivateKey(privateKeyPem);
  return (statement) => ({
    statement,
    signature: sign(null, Buffer.from(canonicalJson(statement)), key).toString("base64"),
  });
}

/** Checks a signature against the bot's public key. */
export function createVerifier(publicKeyPem: string): (approval: SignedApproval) => boolean {
  const key = createPublicKey(publicKeyPem);
  return ({ statement, signature }) => {
    const bytes = Buffer.from(signature, "base64");
    return bytes.length === 64 && verify(null, Buffer.from(canonicalJson(statement)), key, bytes);
  };
}
