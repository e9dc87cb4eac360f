import { createHmac, timingSafeEqual } from "node:crypto";
import { sha256 } from "../../domain/canonical-json.js";

/** How far a signature's time may be from ours, to either side. */
const windowSeconds = 300;

/** Compares without telling by its time how much is right, or how long it should be. */
function same(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(wanted)));
}

/** Does the caller hold the token? Pure. */
export function decideBearer(authorization: string | undefined, token: string | undefined): boolean {
  const [, given] = /^Bearer ([^\s]{1,1000})$/i.exec(authorization ?? "") ?? [];
  return token !== undefined && given !== undefined && same(given, token);
}

/** The text that is signed. */
export function signedText(timestamp: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`v1:${timestamp}:`), body]);
}

/** Was the body signed with the secret, within five minutes to either side of now? Pure. */
export function decideSignature(input: {
  timestamp: string | undefined;
  signature: string | undefined;
  body: Buffer;
  secret: string | undefined;
  now: Date;
}): boolean {
  const { timestamp, signature, body, secret, now } = input;
  if (secret === undefined || timestamp === undefined || signature === undefined) return false;
  if (!/^\d{1,12}$/.test(timestamp) || !/^v1=[0-9a-f]{64}$/.test(signature)) return false;
  if (Math.abs(Number(timestamp) - now.getTime() / 1_000) > windowSeconds) return false;
  return same(signature, `v1=${createHmac("sha256", secret).update(signedText(timestamp, body)).digest("hex")}`);
}
