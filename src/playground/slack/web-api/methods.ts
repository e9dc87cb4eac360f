import { chatMethods } from "./chat-methods.js";
import { connectionMethods } from "./connection-methods.js";
import { conversationMethods } from "./conversation-methods.js";
import type { Method } from "./method.js";
import { peopleMethods } from "./people-methods.js";
import { reactionMethods } from "./reaction-methods.js";
import { viewMethods } from "./view-methods.js";

/** Every Web API method that the local Slack answers. */
export const methods: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...connectionMethods,
    ...chatMethods,
    ...conversationMethods,
    ...peopleMethods,
    ...reactionMethods,
    ...viewMethods,
  }),
);
