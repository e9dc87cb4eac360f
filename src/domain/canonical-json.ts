import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/**
 * The RFC 8785 text of a JSON value.
 * @throws TypeError when the value has no JSON form (undefined, NaN, a function).
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("the value has no canonical JSON form");
  return text;
}

/** SHA-256 of a text, as 64 hex digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
