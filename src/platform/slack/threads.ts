import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { textAt } from "../../domain/kubernetes-object.js";
import { type Redact, redactDeep } from "../../domain/redaction.js";
import type { Message, PostResult, Threads } from "../../findings/index.js";

/** Slack's answers that say nothing about whether a post was made. */
const vague = new Set(["internal_error", "fatal_error", "service_unavailable", "request_timeout"]);

/** What a failed call means for the message that it carried. */
function failed(error: unknown): Exclude<PostResult, { kind: "done" }> {
  if (error instanceof WebAPIRateLimitedError) return { kind: "rate-limited", retryAfterMs: error.retryAfter * 1_000 };
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (code === "ratelimited") return { kind: "rate-limited", retryAfterMs: 1_000 };
    return vague.has(code) ? { kind: "unknown", error: code } : { kind: "refused", error: code };
  }
  if (error instanceof WebAPIHTTPError) return { kind: "unknown", error: `HTTP ${error.statusCode}` };
  return { kind: "unknown", error: error instanceof Error ? error.message : String(error) };
}

async function attempt(call: Promise<{ ts?: string }>): Promise<PostResult> {
  try {
    const { ts } = await call;
    return ts === undefined ? { kind: "unknown", error: "no ts in the answer" } : { kind: "done", ts };
  } catch (error) {
    return failed(error);
  }
}

/** Links of ours are never unfurled: Slack's servers would fetch what a log line named. */
const quiet = { unfurl_links: false, unfurl_media: false } as const;

/** What is sent is redacted here, once more and whoever wrote it: alerts and people's reasons reach a card, too. */
function bodyOf({ text, blocks, metadata }: Message, redact: Redact) {
  return {
    text: redact(text),
    ...(blocks.length > 0 ? { blocks: redactDeep(blocks, redact) } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

/**
 * Fits the Web API to the port of findings. The client must not retry by itself: a post whose answer was lost is
 * looked for before it is made again.
 */
export function createThreads(client: WebClient, redact: Redact, clockSkewSeconds = 5): Threads {
  const body = (message: Message) => bodyOf(message, redact);
  return {
    post: ({ channel, threadTs }, message) =>
      attempt(
        client.chat.postMessage({
          channel,
          ...quiet,
          ...body(message),
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
        }),
      ),
    update: ({ channel, ts }, message) => attempt(client.chat.update({ channel, ts, ...body(message) })),
    async findOwn({ channel, threadTs }, run, key, since) {
      const oldest = String(since.getTime() / 1_000 - clockSkewSeconds);
      const page = { channel, oldest, limit: 100, include_all_metadata: true };
      try {
        const { messages = [] } =
          threadTs === null
            ? await client.conversations.history(page)
            : await client.conversations.replies({ ...page, ts: threadTs });
        return messages.flatMap((message) => {
          const payload = (message as { metadata?: { event_payload?: unknown } }).metadata?.event_payload;
          const own = textAt(payload, "run") === run && textAt(payload, "key") === key;
          return own && message.ts !== undefined ? [{ ts: message.ts }] : [];
        });
      } catch {
        return "unreadable";
      }
    },
    async remove({ channel, ts }) {
      await client.chat.delete({ channel, ts }).catch(() => undefined); // looked after once more, later
    },
    async react({ channel, ts }, add, remove) {
      // A reaction is an addition to the card, never the only signal: no failure of it is worth a retry.
      await client.reactions.add({ channel, timestamp: ts, name: add }).catch(() => undefined);
      await Promise.all(
        remove.map((name) => client.reactions.remove({ channel, timestamp: ts, name }).catch(() => undefined)),
      );
    },
  };
}
