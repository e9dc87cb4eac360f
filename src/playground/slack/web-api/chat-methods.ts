import * as z from "zod";
import type { Message } from "../state/message-store.js";
import { presentMessage } from "../state/present-message.js";
import type { Channel } from "../state/workspace.js";
import { channelFor, defineMethod, Flag, messageFor, SlackRefusal, type Method, type MethodContext } from "./method.js";
import { checkedContent, isEmpty, PostContent } from "./post-content.js";

const PostArguments = z.looseObject({
  ...PostContent,
  channel: z.string(),
  thread_ts: z.string().optional(),
  reply_broadcast: Flag.optional(),
  username: z.string().optional(),
});

/** A channel to post in; a user id means the direct message with that person. */
function writableChannel(context: MethodContext, id: string): Channel {
  const { workspace, app } = context;
  const person = workspace.users.get(id);
  const channel = person ? workspace.directMessage(app.botUser, person.id) : channelFor(context, id);
  if (channel.archived) throw new SlackRefusal("is_archived");
  if (!channel.members.has(app.botUser)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** The root of a thread: a reply's `ts` stands for the thread that it is in. */
function threadRoot(context: MethodContext, channel: Channel, ts: string): string {
  const message = context.workspace.messages.find(channel.id, ts);
  if (message === undefined || message.ephemeralTo !== undefined) throw new SlackRefusal("thread_not_found");
  return message.thread_ts ?? message.ts;
}

function ownMessage(context: MethodContext, channel: Channel, ts: string, refusal: string): Message {
  const message = messageFor(context, channel, ts);
  if (message.bot_id !== context.app.botId) throw new SlackRefusal(refusal);
  return message;
}

const present = ({ workspace }: MethodContext, message: Message) =>
  presentMessage(workspace, message, { metadata: true });

function authorOf({ app, workspace }: MethodContext) {
  return { user: app.botUser, bot_id: app.botId, app_id: app.id, team: workspace.world.team.id };
}

/** Posting, editing, deleting (docs.slack.dev, reference/methods/chat.*). */
export const chatMethods: Record<string, Method> = {
  "chat.postMessage": defineMethod({
    scopes: ["chat:write"],
    arguments: PostArguments,
    run(input, context) {
      const channel = writableChannel(context, input.channel);
      const content = checkedContent(input);
      if (isEmpty(content)) throw new SlackRefusal("no_text");
      const thread_ts = input.thread_ts ? threadRoot(context, channel, input.thread_ts) : undefined;
      const subtype =
        thread_ts !== undefined && input.reply_broadcast === true ? ("thread_broadcast" as const) : undefined;
      const draft = { text: "", ...content, channel: channel.id, thread_ts, subtype, ...authorOf(context) };
      const message = context.workspace.messages.post(draft);
      return { channel: channel.id, ts: message.ts, message: present(context, message) };
    },
  }),

  "chat.postEphemeral": defineMethod({
    scopes: ["chat:write"],
    arguments: PostArguments.extend({ user: z.string() }),
    run(input, context) {
      const channel = writableChannel(context, input.channel);
      if (!channel.members.has(input.user)) throw new SlackRefusal("user_not_in_channel");
      const content = checkedContent(input);
      if (isEmpty(content)) throw new SlackRefusal("no_text");
      const thread_ts = input.thread_ts ? threadRoot(context, channel, input.thread_ts) : undefined;
      const draft = {
        text: "",
        ...content,
        channel: channel.id,
        thread_ts,
        ephemeralTo: input.user,
        ...authorOf(context),
      };
      return { message_ts: context.workspace.messages.post(draft).ts };
    },
  }),

  "chat.update": defineMethod({
    scopes: ["chat:write"],
    arguments: z.looseObject({ ...PostContent, channel: z.string(), ts: z.string() }),
    run(input, context) {
      const channel = channelFor(context, input.channel);
      if (channel.archived) throw new SlackRefusal("is_archived");
      const message = ownMessage(context, channel, input.ts, "cant_update_message");
      const content = checkedContent(input);
      if (Object.keys(content).every((part) => part === "metadata")) throw new SlackRefusal("no_text");
      // As Slack does: new text without blocks takes the old blocks away; attachments stay until replaced.
      const cleared = input.text !== undefined && input.blocks === undefined;
      const merged = { ...(cleared ? { blocks: [] } : {}), ...content };
      if (isEmpty({ ...message, ...merged })) throw new SlackRefusal("no_text");
      context.workspace.messages.change(message, merged, context.app.botId);
      return { channel: channel.id, ts: message.ts, text: message.text, message: present(context, message) };
    },
  }),

  "chat.delete": defineMethod({
    scopes: ["chat:write"],
    arguments: z.looseObject({ channel: z.string(), ts: z.string() }),
    run({ channel: id, ts }, context) {
      const channel = channelFor(context, id);
      context.workspace.messages.remove(ownMessage(context, channel, ts, "cant_delete_message"));
      return { channel: channel.id, ts };
    },
  }),

  "chat.getPermalink": defineMethod({
    arguments: z.looseObject({ channel: z.string(), message_ts: z.string() }),
    run(input, context) {
      const channel = channelFor(context, input.channel);
      const message = messageFor(context, channel, input.message_ts);
      const thread = message.thread_ts === undefined ? "" : `?thread_ts=${message.thread_ts}&cid=${channel.id}`;
      return {
        channel: channel.id,
        permalink: `${context.url}/archives/${channel.id}/p${message.ts.replace(".", "")}${thread}`,
      };
    },
  }),
};
