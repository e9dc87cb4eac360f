import { createHash, randomBytes } from "node:crypto";
import { canonicalJson } from "../../../domain/canonical-json.js";

/** Letters and digits that cannot be misread or make a word, as Kubernetes names use them. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

const spell = (bytes: Uint8Array) => [...bytes].map((byte) => alphabet[byte % alphabet.length] ?? "b").join("");

/** Five characters that tell one pod from the next. */
export function randomSuffix(): string {
  return spell(randomBytes(5));
}

/** `pod-template-hash`: the same for equal templates. */
export function templateHash(template: unknown): string {
  return spell(createHash("sha256").update(canonicalJson(template)).digest().subarray(0, 10));
}
