import * as z from "zod";
import type { JsonObject } from "../state/ids.js";
import type { App, Channel, Workspace } from "../state/workspace.js";
import type { Message } from "../state/message-store.js";
import type { SocketHub } from "../delivery/socket-hub.js";

/** `{"ok":false,"error":…}`: thrown by a method, answered with status 200 as Slack does. */
export class SlackRefusal extends Error {
  constructor(
    readonly code: string,
    readonly detail: JsonObject = {},
  ) {
    super(code);
  }
}

export interface MethodContext {
  app: App;
  workspace: Workspace;
  sockets: SocketHub;
  /** `ws://127.0.0.1:PORT`, `http://127.0.0.1:PORT`: where this server listens. */
  wsUrl: string;
  url: string;
}

export interface Method {
  token: "bot" | "app" | "none";
  /** The scope that the token must carry; any of them is enough. */
  scopes: readonly string[];
  /** Parses the arguments first; what does not parse is `invalid_arguments`. */
  call(input: unknown, context: MethodContext): JsonObject;
}

/** One Web API method: the token it wants, the scopes (any one of them is enough), the arguments it takes. */
export function defineMethod<Arguments extends z.ZodType>(definition: {
  token?: Method["token"];
  scopes?: readonly string[];
  arguments: Arguments;
  run(input: z.infer<Arguments>, context: MethodContext): JsonObject;
}): Method {
  return {
    token: definition.token ?? "bot",
    scopes: definition.scopes ?? [],
    call(input, context) {
      const parsed = definition.arguments.safeParse(input);
      if (parsed.success) return definition.run(parsed.data, context);
      const messages = parsed.error.issues.map(
        ({ message, path }) => `[ERROR] ${message} [json-pointer:/${path.map(String).join("/")}]`,
      );
      throw new SlackRefusal("invalid_arguments", { response_metadata: { messages } });
    },
  };
}

/** An object or list that a form carries as JSON text. */
export function jsonText<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }, schema);
}

/** A truth value that a form carries as `true`, `false`, `1` or `0`. */
export const Flag = z.preprocess(
  (value) => (typeof value === "string" ? value === "true" || value === "1" : value),
  z.boolean(),
);
export const WholeNumber = z.coerce.number().int().min(1).max(1000);

/** The channel, if the bot may know of it: private ones and direct messages are not found from outside. */
export function channelFor({ workspace, app }: MethodContext, id: string): Channel {
  const channel = workspace.channels.get(id);
  const visible = channel !== undefined && (channel.kind === "channel" || channel.members.has(app.botUser));
  if (!visible) throw new SlackRefusal("channel_not_found");
  return channel;
}

/** The message, if it is one that the Web API can name; ephemeral ones are not. */
export function messageFor(
  { workspace }: MethodContext,
  channel: Channel,
  ts: string,
  refusal = "message_not_found",
): Message {
  const message = workspace.messages.find(channel.id, ts);
  if (message === undefined || message.ephemeralTo !== undefined || message.subtype === "tombstone")
    throw new SlackRefusal(refusal);
  return message;
}

/** One page of a list, with Slack's opaque cursor. `limit` defaults to 100. */
export function page<Item>(items: readonly Item[], input: { limit?: number | undefined; cursor?: string | undefined }) {
  const { limit = 100, cursor = "" } = input;
  const start = cursor === "" ? 0 : Number(Buffer.from(cursor, "base64url").toString("utf8"));
  if (!Number.isInteger(start) || start < 0) throw new SlackRefusal("invalid_cursor");
  const end = start + limit;
  const next = end < items.length ? Buffer.from(String(end)).toString("base64url") : "";
  return { items: items.slice(start, end), hasMore: next !== "", response_metadata: { next_cursor: next } };
}
