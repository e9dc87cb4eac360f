import { createClock, type JsonObject } from "./ids.js";

export interface Reaction {
  name: string;
  users: string[];
}

export interface Message {
  ts: string;
  channel: string;
  text: string;
  user?: string | undefined;
  subtype?: "bot_message" | "thread_broadcast" | "tombstone" | undefined;
  bot_id?: string | undefined;
  app_id?: string | undefined;
  username?: string | undefined;
  team?: string | undefined;
  client_msg_id?: string | undefined;
  thread_ts?: string | undefined;
  blocks?: JsonObject[] | undefined;
  attachments?: JsonObject[] | undefined;
  metadata?: JsonObject | undefined;
  edited?: { user: string; ts: string } | undefined;
  reactions: Reaction[];
  /** Only this person sees it; such a message is on no server list and makes no event. */
  ephemeralTo?: string | undefined;
}

export type MessageDraft = Omit<Message, "ts" | "reactions" | "edited">;
export type MessageContent = Partial<Pick<Message, "text" | "blocks" | "attachments" | "metadata">>;
export type MessageChange =
  | { kind: "posted"; message: Message }
  | { kind: "changed"; message: Message; previous: Message; ts: string }
  | { kind: "deleted"; message: Message; ts: string }
  | { kind: "reaction"; message: Message; name: string; user: string; added: boolean; ts: string };

/** The messages of all channels, in the order of their `ts`. Every change is told to one listener. */
export class MessageStore {
  readonly nextTs = createClock();
  readonly #byChannel = new Map<string, Map<string, Message>>();
  /** Replies by channel and root; looking through the whole channel for each would be slow under load. */
  readonly #replies = new Map<string, Message[]>();

  constructor(private readonly tell: (change: MessageChange) => void) {}

  #channel(channel: string): Map<string, Message> {
    let messages = this.#byChannel.get(channel);
    if (messages === undefined) this.#byChannel.set(channel, (messages = new Map<string, Message>()));
    return messages;
  }

  post(draft: MessageDraft): Message {
    const message: Message = { ...draft, ts: this.nextTs(), reactions: [] };
    this.#channel(message.channel).set(message.ts, message);
    if (message.thread_ts !== undefined && message.ephemeralTo === undefined) {
      const root = this.find(message.channel, message.thread_ts);
      if (root !== undefined) root.thread_ts = root.ts;
      const replies = this.#replies.get(this.#key(message));
      if (replies === undefined) this.#replies.set(this.#key(message), [message]);
      else replies.push(message);
    }
    this.tell({ kind: "posted", message });
    return message;
  }

  find(channel: string, ts: string): Message | undefined {
    return this.#channel(channel).get(ts);
  }

  /** Everything in the channel, thread replies and every person's ephemeral messages included, oldest first. */
  all(channel: string): Message[] {
    return [...this.#channel(channel).values()];
  }

  #key({ channel, thread_ts = "" }: Pick<Message, "channel" | "thread_ts">): string {
    return `${channel}/${thread_ts}`;
  }

  /** What was said in a thread after its root, oldest first, without ephemeral messages. */
  replies(channel: string, rootTs: string): readonly Message[] {
    return this.#replies.get(this.#key({ channel, thread_ts: rootTs })) ?? [];
  }

  /** The root and its replies, oldest first, without ephemeral messages. */
  thread(channel: string, ts: string): Message[] {
    const root = this.find(channel, ts);
    return [...(root === undefined ? [] : [root]), ...this.replies(channel, ts)];
  }

  change(message: Message, content: MessageContent, editor: string): void {
    const previous = { ...message };
    const ts = this.nextTs();
    Object.assign(message, content, { edited: { user: editor, ts } });
    this.tell({ kind: "changed", message, previous, ts });
  }

  /** A root that has replies stays as a tombstone, as in Slack; anything else is gone. */
  remove(message: Message): void {
    const previous = { ...message };
    const ts = this.nextTs();
    const messages = this.#channel(message.channel);
    if (this.replies(message.channel, message.ts).length > 0) {
      const text = "This message was deleted.";
      const { ts: rootTs, channel, thread_ts } = message;
      messages.set(rootTs, {
        ts: rootTs,
        channel,
        thread_ts,
        text,
        subtype: "tombstone",
        user: "USLACKBOT",
        reactions: [],
      });
    } else {
      messages.delete(message.ts);
      const others = this.replies(message.channel, message.thread_ts ?? "").filter((reply) => reply !== message);
      if (message.thread_ts !== undefined) this.#replies.set(this.#key(message), others);
    }
    this.tell({ kind: "deleted", message: previous, ts });
  }

  /** False when nothing changed: the reaction was there already, or was not there. */
  react(message: Message, name: string, user: string, added: boolean): boolean {
    const reaction = message.reactions.find((known) => known.name === name);
    if ((reaction?.users.includes(user) ?? false) === added) return false;
    if (reaction === undefined) message.reactions.push({ name, users: [user] });
    else if (added) reaction.users.push(user);
    else reaction.users.splice(reaction.users.indexOf(user), 1);
    message.reactions = message.reactions.filter(({ users }) => users.length > 0);
    this.tell({ kind: "reaction", message, name, user, added, ts: this.nextTs() });
    return true;
  }
}
