import type { JsonObject } from "../state/ids.js";
import type { Message } from "../state/message-store.js";
import type { Channel, User, Workspace } from "../state/workspace.js";

function listed(message: Message): JsonObject {
  const { ts, thread_ts, channel, user, bot_id, username, subtype, text, blocks, attachments, metadata, edited } =
    message;
  return {
    ts,
    thread_ts: thread_ts ?? null,
    channel,
    user: user ?? null,
    bot_id: bot_id ?? null,
    username: username ?? null,
    subtype: subtype ?? null,
    text,
    blocks: blocks ?? [],
    attachments: attachments ?? [],
    metadata: metadata ?? null,
    edited: edited ?? null,
    reactions: message.reactions.map(({ name, users }) => ({ name, count: users.length, users })),
    deleted: subtype === "tombstone",
    ephemeral: message.ephemeralTo !== undefined,
  };
}

/**
 * What is in a channel now, oldest first, thread replies among the rest (their `thread_ts` differs from `ts`); with
 * `threadTs`, only that thread. What was deleted is gone, but for a root with replies, which is `deleted: true`.
 */
export function listMessages(
  workspace: Workspace,
  channel: Channel,
  person: User | undefined,
  threadTs?: string,
): JsonObject[] {
  return workspace.messages
    .all(channel.id)
    .filter(({ ephemeralTo }) => ephemeralTo === undefined || ephemeralTo === person?.id)
    .filter(({ ts, thread_ts }) => threadTs === undefined || ts === threadTs || thread_ts === threadTs)
    .map(listed);
}
