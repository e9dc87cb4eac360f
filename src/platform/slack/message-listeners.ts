import type { WebClient } from "@slack/web-api";
import type { Redact } from "../../domain/redaction.js";
import type { MentionDelivery, MessageDelivery } from "../../intake/index.js";
import type { BotApp, Identity } from "./bot-app.js";

/** What the bot does about messages; Slack's own shapes end here. */
export interface MessageListeners {
  appId: string;
  identity: Identity;
  /** Stands before everything that people are told. */
  redact: Redact;
  onMessage(delivery: MessageDelivery): Promise<void>;
  /** A line for the person alone, or nothing. */
  onMention(delivery: MentionDelivery): Promise<string | null>;
}

/** A message, in the fields that we use. */
interface Posted {
  ts: string;
  thread_ts?: string;
  bot_id?: string;
  app_id?: string;
  user?: string;
  subtype?: string;
}

/** The event of a message: posted, or edited and then in `message`. */
interface MessageEvent extends Posted {
  channel: string;
  channel_type?: string;
  message?: Posted;
}

/** Shows a line to one person. It is an answer and no record: a failure is not worth a retry. */
export async function whisper(
  client: WebClient,
  place: { channel: string; user: string; threadTs: string | null },
  text: string,
): Promise<void> {
  const { channel, user, threadTs } = place;
  await client.chat
    .postEphemeral({ channel, user, text, ...(threadTs === null ? {} : { thread_ts: threadTs }) })
    .catch(() => undefined);
}

/** Adds the listeners for alerts, mentions and direct messages. */
export function addMessageListeners({ app, client }: BotApp, listeners: MessageListeners): void {
  const { appId, identity, redact } = listeners;
  const own = ({ bot_id: bot, app_id: postedBy, user }: Posted) =>
    bot === identity.botId || postedBy === appId || user === identity.user;

  async function mention(event: MessageEvent, team: string, direct: boolean): Promise<void> {
    const { channel, user, ts } = event;
    // Apps do not give orders: an alert is taken by where it stands, whatever it names.
    if (user === undefined || event.bot_id !== undefined || own(event)) return;
    const threadTs = event.thread_ts ?? null;
    const answer = await listeners.onMention({ team, channel, direct, user, ts, threadTs, message: event });
    if (answer !== null) void whisper(client, { channel, user, threadTs }, redact(answer));
  }

  app.event("app_mention", async ({ event, body }) => {
    await mention(event, body.team_id, false);
  });

  app.event("message", async ({ event, body }) => {
    const message = event as unknown as MessageEvent;
    const edited = message.subtype === "message_changed" ? message.message : undefined;
    if (message.subtype !== undefined && message.subtype !== "bot_message" && !edited) return;
    if (message.channel_type === "im") {
      if (!edited) await mention(message, body.team_id, true);
      return;
    }
    const newest = edited ?? message;
    if (newest.thread_ts !== undefined && newest.thread_ts !== newest.ts) return; // a reply is not a new alert
    await listeners.onMessage({
      eventId: body.event_id,
      team: body.team_id,
      channel: message.channel,
      ts: newest.ts,
      fromBot: newest.bot_id !== undefined,
      own: own(newest),
      edited: edited !== undefined,
      message: newest,
    });
  });
}
