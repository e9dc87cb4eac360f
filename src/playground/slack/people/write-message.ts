import { randomUUID } from "node:crypto";
import type { JsonObject } from "../state/ids.js";
import type { Message, MessageDraft } from "../state/message-store.js";
import type { Workspace } from "../state/workspace.js";
import { checkedContent } from "../web-api/post-content.js";
import { buildRichText } from "./build-rich-text.js";
import { encodeTypedText } from "./encode-typed-text.js";
import { channelNamed, GestureRefusal, personNamed, type Gestures } from "./person.js";

export interface WrittenMessage {
  channel: string;
  user?: string | undefined;
  text?: string | undefined;
  thread_ts?: string | undefined;
  /** An alerting app: `true` means the name in `user`; a bot user posts as an app, any other name as a webhook. */
  bot?: string | boolean | undefined;
  attachments?: JsonObject[] | undefined;
  blocks?: JsonObject[] | undefined;
}

/** A modern app has a bot user; anything else posts as an incoming webhook does, without one. */
function botAuthor(workspace: Workspace, name: string): Partial<MessageDraft> {
  const user = workspace.user(name);
  if (user?.bot === true)
    return { user: user.id, bot_id: user.botId, app_id: user.appId ?? `A${user.id.slice(1)}`, team: user.team };
  const webhook = workspace.world.webhooks.find((known) => known.name === name || known.id === name);
  const id = webhook?.id ?? `B0${name.toUpperCase().replace(/[^A-Z0-9]/g, "")}`;
  return { subtype: "bot_message", bot_id: id, app_id: webhook?.app, username: webhook?.name ?? name };
}

function botChannel(workspace: Workspace, name: string): string {
  const channel = workspace.channel(name);
  if (channel === undefined) throw new GestureRefusal(404, "channel", `no channel "${name}"`);
  return channel.id;
}

function threadRoot(workspace: Workspace, channel: string, ts: string | undefined): string | undefined {
  if (ts === undefined) return undefined;
  const message = workspace.messages.find(channel, ts);
  if (message === undefined) throw new GestureRefusal(404, "thread_ts", `no message ${ts} in this channel`);
  return message.thread_ts ?? message.ts;
}

/** Somebody, or an alerting app, posts. @throws GestureRefusal, SlackRefusal when the content breaks Slack's limits */
export function writeMessage({ workspace }: Gestures, written: WrittenMessage): Message {
  const { text = "", bot, attachments, blocks } = written;
  const content = checkedContent({ ...(attachments && { attachments }), ...(blocks && { blocks }) });
  if (bot !== undefined && bot !== false) {
    const name = bot === true ? (written.user ?? workspace.world.webhooks[0]?.name ?? "bot") : bot;
    const channel = botChannel(workspace, written.channel);
    const thread_ts = threadRoot(workspace, channel, written.thread_ts);
    return workspace.messages.post({ text, ...content, channel, thread_ts, ...botAuthor(workspace, name) });
  }
  if (written.user === undefined) throw new GestureRefusal(422, "user", "is required, or bot");
  if (text.trim() === "" && content.blocks === undefined && content.attachments === undefined)
    throw new GestureRefusal(422, "text", "is empty");
  const person = personNamed(workspace, written.user);
  const channel = channelNamed(workspace, written.channel, person);
  const encoded = encodeTypedText(text, workspace);
  return workspace.messages.post({
    text: encoded,
    blocks: [buildRichText(encoded)],
    ...content,
    channel: channel.id,
    user: person.id,
    team: person.team,
    client_msg_id: randomUUID(),
    thread_ts: threadRoot(workspace, channel.id, written.thread_ts),
  });
}
