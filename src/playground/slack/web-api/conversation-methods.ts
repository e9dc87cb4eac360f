import * as z from "zod";
import type { Message } from "../state/message-store.js";
import { presentMessage } from "../state/present-message.js";
import type { Channel } from "../state/workspace.js";
import {
  channelFor,
  defineMethod,
  Flag,
  page,
  SlackRefusal,
  WholeNumber,
  type Method,
  type MethodContext,
} from "./method.js";

const readScopes = ["channels:read", "groups:read", "im:read"];
const historyScopes = ["channels:history", "groups:history", "im:history"];
const Paging = { limit: WholeNumber.optional(), cursor: z.string().optional() };
const HistoryArguments = z.looseObject({
  ...Paging,
  channel: z.string(),
  oldest: z.string().optional(),
  latest: z.string().optional(),
  inclusive: Flag.optional(),
  include_all_metadata: Flag.optional(),
});

function presentChannel({ workspace, app }: MethodContext, channel: Channel) {
  const { id, name, kind, topic, shared, archived, members } = channel;
  const common = {
    id,
    created: 1_700_000_000,
    is_archived: archived,
    is_im: kind === "im",
    is_ext_shared: shared,
    is_shared: shared,
  };
  if (kind === "im")
    return { ...common, is_org_shared: false, user: [...members].find((member) => member !== app.botUser) };
  return {
    ...common,
    name,
    name_normalized: name,
    is_channel: kind === "channel",
    is_group: kind === "group",
    is_mpim: false,
    is_private: kind === "group",
    is_general: false,
    is_org_shared: false,
    is_member: members.has(app.botUser),
    num_members: members.size,
    creator: workspace.world.users[0]?.id,
    topic: { value: topic, creator: "", last_set: 0 },
    purpose: { value: "", creator: "", last_set: 0 },
    context_team_id: workspace.world.team.id,
    previous_names: [],
  };
}

function readableChannel(context: MethodContext, id: string): Channel {
  const channel = channelFor(context, id);
  if (!channel.members.has(context.app.botUser)) throw new SlackRefusal("not_in_channel");
  return channel;
}

/** The messages between `oldest` and `latest`, newest last; a `ts` compares as text because all have one length. */
function between(messages: readonly Message[], input: z.infer<typeof HistoryArguments>): Message[] {
  const { oldest = "0", latest = "9", inclusive = false } = input;
  return messages.filter(({ ts }) => (ts > oldest && ts < latest) || (inclusive && (ts === oldest || ts === latest)));
}

/** Channels and what was said in them (docs.slack.dev, reference/methods/conversations.*). */
export const conversationMethods: Record<string, Method> = {
  "conversations.info": defineMethod({
    scopes: readScopes,
    arguments: z.looseObject({ channel: z.string() }),
    run: ({ channel }, context) => ({ channel: presentChannel(context, channelFor(context, channel)) }),
  }),

  "conversations.list": defineMethod({
    scopes: readScopes,
    arguments: z.looseObject({ ...Paging, types: z.string().optional(), exclude_archived: Flag.optional() }),
    run({ types = "public_channel", exclude_archived = false, ...paging }, context) {
      const nameOfKind = { channel: "public_channel", group: "private_channel", im: "im" } as const;
      const wanted = types.split(",").map((type) => type.trim());
      const channels = [...context.workspace.channels.values()].filter(
        (channel) =>
          wanted.includes(nameOfKind[channel.kind]) &&
          (channel.kind === "channel" || channel.members.has(context.app.botUser)) &&
          !(exclude_archived && channel.archived),
      );
      const { items, response_metadata } = page(channels, paging);
      return { channels: items.map((channel) => presentChannel(context, channel)), response_metadata };
    },
  }),

  "conversations.members": defineMethod({
    scopes: readScopes,
    arguments: z.looseObject({ ...Paging, channel: z.string() }),
    run({ channel, ...paging }, context) {
      const { items, response_metadata } = page([...channelFor(context, channel).members], paging);
      return { members: items, response_metadata };
    },
  }),

  "conversations.open": defineMethod({
    scopes: ["im:write"],
    arguments: z.looseObject({
      users: z.string().optional(),
      channel: z.string().optional(),
      return_im: Flag.optional(),
    }),
    run({ users = "", channel: id, return_im = false }, context) {
      const person = context.workspace.users.get(users);
      if (id === undefined && person === undefined) throw new SlackRefusal("user_not_found");
      const channel = person
        ? context.workspace.directMessage(context.app.botUser, person.id)
        : channelFor(context, id ?? "");
      return { channel: return_im ? presentChannel(context, channel) : { id: channel.id } };
    },
  }),

  "conversations.history": defineMethod({
    scopes: historyScopes,
    arguments: HistoryArguments,
    run(input, context) {
      const { workspace } = context;
      const channel = readableChannel(context, input.channel);
      const seen = workspace.messages.all(channel.id).filter(({ ts, thread_ts, subtype, ephemeralTo }) => {
        const inChannel = thread_ts === undefined || thread_ts === ts || subtype === "thread_broadcast";
        return inChannel && ephemeralTo === undefined;
      });
      const { items, hasMore, response_metadata } = page(between(seen, input).reverse(), input);
      const metadata = input.include_all_metadata ?? false;
      const messages = items.map((message) => presentMessage(workspace, message, { metadata }));
      return { messages, has_more: hasMore, pin_count: 0, response_metadata };
    },
  }),

  "conversations.replies": defineMethod({
    scopes: historyScopes,
    arguments: HistoryArguments.extend({ ts: z.string() }),
    run(input, context) {
      const { workspace } = context;
      const channel = readableChannel(context, input.channel);
      const message = workspace.messages.find(channel.id, input.ts);
      if (message === undefined || message.ephemeralTo !== undefined) throw new SlackRefusal("thread_not_found");
      const thread = workspace.messages.thread(channel.id, message.thread_ts ?? message.ts);
      // The root comes with every page, whatever `oldest` says.
      const [root, ...replies] = thread;
      const { items, hasMore, response_metadata } = page(between(replies, input), input);
      const metadata = input.include_all_metadata ?? false;
      const messages = (root === undefined ? items : [root, ...items]).map((each) =>
        presentMessage(workspace, each, { metadata }),
      );
      return { messages, has_more: hasMore, response_metadata };
    },
  }),
};
