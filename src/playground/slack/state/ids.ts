import { randomBytes } from "node:crypto";

/** A JSON object as it travels: nothing is known about it until a schema has looked. */
export type JsonObject = Record<string, unknown>;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** An id as Slack forms them: a letter for the kind, then upper-case letters and digits. */
export function mintId(prefix: string, length = 10): string {
  return prefix + Array.from(randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join("");
}

/** A secret that cannot be guessed, for URLs and tickets. */
export function mintSecret(): string {
  return randomBytes(18).toString("base64url");
}

/** Message timestamps: seconds with six digits, strictly rising, since a message is named by its `ts` in a channel. */
export function createClock(now: () => number = Date.now): () => string {
  let last = 0;
  return () => {
    last = Math.max(now() * 1000, last + 1);
    return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, "0")}`;
  };
}
