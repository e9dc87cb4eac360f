import * as z from "zod";
import { presentMessage } from "../state/present-message.js";
import { channelFor, defineMethod, messageFor, SlackRefusal, type Method, type MethodContext } from "./method.js";

const emojiName = /^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/;
const ReactionArguments = z.looseObject({ channel: z.string(), timestamp: z.string(), name: z.string() });

function reactionOn(input: z.infer<typeof ReactionArguments>, context: MethodContext) {
  const name = input.name.replace(/^:|:$/g, "");
  if (!emojiName.test(name)) throw new SlackRefusal("invalid_name");
  const channel = channelFor(context, input.channel);
  if (channel.archived) throw new SlackRefusal("is_archived");
  if (!channel.members.has(context.app.botUser)) throw new SlackRefusal("not_in_channel");
  return { name, message: messageFor(context, channel, input.timestamp) };
}

/** Emoji on messages (docs.slack.dev, reference/methods/reactions.*). */
export const reactionMethods: Record<string, Method> = {
  "reactions.add": defineMethod({
    scopes: ["reactions:write"],
    arguments: ReactionArguments,
    run(input, context) {
      const { name, message } = reactionOn(input, context);
      if (!context.workspace.messages.react(message, name, context.app.botUser, true))
        throw new SlackRefusal("already_reacted");
      return {};
    },
  }),

  "reactions.remove": defineMethod({
    scopes: ["reactions:write"],
    arguments: ReactionArguments,
    run(input, context) {
      const { name, message } = reactionOn(input, context);
      if (!context.workspace.messages.react(message, name, context.app.botUser, false))
        throw new SlackRefusal("no_reaction");
      return {};
    },
  }),

  "reactions.get": defineMethod({
    scopes: ["reactions:read"],
    arguments: ReactionArguments.omit({ name: true }),
    run(input, context) {
      const channel = channelFor(context, input.channel);
      const message = messageFor(context, channel, input.timestamp);
      return {
        type: "message",
        channel: channel.id,
        message: presentMessage(context.workspace, message, { metadata: false }),
      };
    },
  }),
};
