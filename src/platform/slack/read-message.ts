import type { WebClient } from "@slack/web-api";

/** Reads the first message of a thread, with its metadata; null where Slack does not let us. */
export function createReadMessage(client: WebClient): (channel: string, ts: string) => Promise<unknown> {
  return async (channel, ts) => {
    try {
      const page = { channel, ts, limit: 1, include_all_metadata: true };
      const { messages = [] } = await client.conversations.replies(page);
      return messages.find((message) => message.ts === ts) ?? null;
    } catch {
      return null;
    }
  };
}
