import type { JsonObject } from "../state/ids.js";
import type { App } from "../state/workspace.js";

/** One payload on its way to an app, whichever way it travels. */
export interface Outgoing {
  type: "events_api" | "slash_commands" | "interactive";
  payload: JsonObject;
  retry?: { attempt: number; reason: string };
}

export type RetryReason = "timeout" | "http_timeout" | "http_error" | "connection_failed" | "not_connected";

/** `answer` is what travelled with the acknowledgement, null when it was bare. */
export type Outcome =
  | { acked: true; answer: JsonObject | null; ms: number }
  | { acked: false; reason: RetryReason; noRetry?: boolean; ms: number };

/** Takes one payload to one process of the app and waits for its acknowledgement. Never throws. */
export interface Transport {
  deliver(app: App, outgoing: Outgoing): Promise<Outcome>;
}
