import { createHmac } from "node:crypto";

/**
 * Slack's request signature, v0 (docs.slack.dev, authentication/verifying-requests-from-slack): hex HMAC-SHA256 of
 * `v0:TIMESTAMP:BODY`, where the timestamp is in Unix seconds and the body is the bytes as sent.
 */
export function signRequest(secret: string, timestamp: number, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;
}
