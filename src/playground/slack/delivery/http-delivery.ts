import { mintSecret, type JsonObject } from "../state/ids.js";
import type { App } from "../state/workspace.js";
import type { Outcome, Outgoing, Transport } from "./outgoing.js";
import { signRequest } from "./sign-request.js";

/** Commands are flat forms, interactions are one form field, events are JSON: as Slack sends them. */
function encode({ type, payload }: Outgoing): { contentType: string; body: string } {
  if (type === "events_api") return { contentType: "application/json", body: JSON.stringify(payload) };
  const fields = type === "interactive" ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
  return { contentType: "application/x-www-form-urlencoded", body: new URLSearchParams(fields).toString() };
}

/** An acknowledgement is JSON or plain text; plain text means `{"text": …}`, nothing means a bare acknowledgement. */
function decode(body: string): JsonObject | null {
  if (body.trim() === "") return null;
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === "object" && value !== null) return value as JsonObject;
  } catch {
    // Not JSON: Slack shows it as text.
  }
  return { text: body };
}

/** Signed POSTs to one request URL, which has to answer the `url_verification` challenge before anything else. */
export class HttpDelivery implements Transport {
  readonly #verified = new Set<string>();

  constructor(
    private readonly url: string,
    private readonly timeoutMs: number,
  ) {}

  async deliver(app: App, outgoing: Outgoing): Promise<Outcome> {
    const started = performance.now();
    if (!this.#verified.has(app.id)) {
      const failure = await this.#verify(app);
      if (failure !== undefined) return { ...failure, ms: performance.now() - started };
      this.#verified.add(app.id);
    }
    return this.#post(app, outgoing);
  }

  async #verify(app: App): Promise<(Outcome & { acked: false }) | undefined> {
    const challenge = mintSecret();
    const payload = { token: "local", challenge, type: "url_verification" };
    const outcome = await this.#post(app, { type: "events_api", payload });
    if (!outcome.acked) return outcome;
    const echoed = outcome.answer?.["challenge"] ?? outcome.answer?.["text"];
    return echoed === challenge ? undefined : { acked: false, reason: "http_error", ms: outcome.ms };
  }

  async #post(app: App, outgoing: Outgoing): Promise<Outcome> {
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    const { contentType, body } = encode(outgoing);
    const timestamp = Math.floor(Date.now() / 1000);
    const { retry } = outgoing;
    try {
      const response = await fetch(this.url, {
        method: "POST",
        redirect: "manual",
        signal: AbortSignal.timeout(this.timeoutMs),
        body,
        headers: {
          "content-type": contentType,
          "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
          "x-slack-request-timestamp": String(timestamp),
          "x-slack-signature": signRequest(app.signingSecret, timestamp, body),
          ...(retry ? { "x-slack-retry-num": String(retry.attempt), "x-slack-retry-reason": retry.reason } : {}),
        },
      });
      const text = await response.text();
      if (response.ok) return { acked: true, answer: decode(text), ms: elapsed() };
      const noRetry = response.headers.get("x-slack-no-retry") === "1";
      return { acked: false, reason: "http_error", noRetry, ms: elapsed() };
    } catch (error) {
      const late = error instanceof Error && error.name === "TimeoutError";
      return { acked: false, reason: late ? "http_timeout" : "connection_failed", ms: elapsed() };
    }
  }
}
