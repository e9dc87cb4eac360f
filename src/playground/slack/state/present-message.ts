import type { JsonObject } from "./ids.js";
import type { Message } from "./message-store.js";
import type { Workspace } from "./workspace.js";

function botProfile(workspace: Workspace, message: Message): JsonObject | undefined {
  if (message.bot_id === undefined || message.user === undefined) return undefined;
  const user = workspace.users.get(message.user);
  if (user === undefined) return undefined;
  const { appId = message.app_id, name, team } = user;
  return { id: message.bot_id, deleted: false, name, updated: 0, app_id: appId, user_id: user.id, team_id: team };
}

function threadFields(workspace: Workspace, message: Message): JsonObject {
  if (message.thread_ts === undefined) return {};
  if (message.thread_ts !== message.ts)
    return { parent_user_id: workspace.messages.find(message.channel, message.thread_ts)?.user };
  const replies = workspace.messages.replies(message.channel, message.ts);
  const users = [...new Set(replies.map(({ user, bot_id }) => user ?? bot_id ?? ""))];
  return {
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts,
    reply_users: users,
    is_locked: false,
    subscribed: false,
  };
}

/**
 * A message as the Web API and event payloads show it (docs.slack.dev, reference/events/message). `metadata` is left
 * out unless it was asked for, as `include_all_metadata` does; undefined fields vanish when the object is written.
 */
export function presentMessage(workspace: Workspace, message: Message, include: { metadata: boolean }): JsonObject {
  const { ephemeralTo, reactions, metadata, ...fields } = message;
  return {
    type: "message",
    ...fields,
    channel: undefined,
    bot_profile: botProfile(workspace, message),
    ...threadFields(workspace, message),
    ...(reactions.length > 0
      ? { reactions: reactions.map(({ name, users }) => ({ name, users: [...users], count: users.length })) }
      : {}),
    ...(include.metadata && metadata !== undefined ? { metadata } : {}),
    ...(ephemeralTo === undefined ? {} : { is_ephemeral: true }),
  };
}
