import type { JsonObject } from "../state/ids.js";
import type { Message, MessageChange } from "../state/message-store.js";
import { presentMessage } from "../state/present-message.js";
import type { App, Channel, Workspace } from "../state/workspace.js";
import type { Dispatcher } from "./dispatcher.js";

const subscriptionOf = { channel: "message.channels", group: "message.groups", im: "message.im" } as const;

/** Fields that `message` events have beside the stored message. */
function placeOf(channel: Channel, eventTs: string): JsonObject {
  return { channel: channel.id, event_ts: eventTs, channel_type: channel.kind };
}

/** Threads: a reply names its root, a root in an event shows no reply counts. */
function postedEvent(workspace: Workspace, channel: Channel, message: Message): JsonObject {
  return { ...presentMessage(workspace, message, { metadata: true }), ...placeOf(channel, message.ts) };
}

function messageEvent(
  workspace: Workspace,
  channel: Channel,
  change: Exclude<MessageChange, { kind: "reaction" }>,
): JsonObject {
  const present = (message: Message) => presentMessage(workspace, message, { metadata: true });
  switch (change.kind) {
    case "posted":
      return postedEvent(workspace, channel, change.message);
    case "changed": {
      const message = {
        ...present(change.message),
        source_team: workspace.world.team.id,
        user_team: workspace.world.team.id,
      };
      const fields = { type: "message", subtype: "message_changed", hidden: true, ts: change.ts };
      return { ...fields, message, previous_message: present(change.previous), ...placeOf(channel, change.ts) };
    }
    case "deleted": {
      const fields = { type: "message", subtype: "message_deleted", hidden: true, ts: change.ts };
      const deleted = { deleted_ts: change.message.ts, previous_message: present(change.message) };
      return { ...fields, ...deleted, ...placeOf(channel, change.ts) };
    }
  }
}

/** The same message once more; a mention has neither a channel type nor a subtype. */
function mentionEvent(event: JsonObject): JsonObject {
  return { ...event, type: "app_mention", channel_type: undefined, subtype: undefined };
}

function reactionEvent(change: MessageChange & { kind: "reaction" }): JsonObject {
  const { message, name, user, added, ts } = change;
  const item = { type: "message", channel: message.channel, ts: message.ts };
  const type = added ? "reaction_added" : "reaction_removed";
  return { type, user, reaction: name, item, item_user: message.user, event_ts: ts };
}

/** The events that one change makes for one app: one, two when a person mentions the bot, none outside its channels. */
function eventsFor(workspace: Workspace, app: App, change: MessageChange): JsonObject[] {
  const channel = workspace.channels.get(change.message.channel);
  if (channel === undefined || !channel.members.has(app.botUser) || change.message.ephemeralTo !== undefined) return [];
  if (change.kind === "reaction") {
    const event = reactionEvent(change);
    return app.events.includes(String(event["type"])) ? [event] : [];
  }
  const event = messageEvent(workspace, channel, change);
  const mentioned =
    change.kind === "posted" &&
    channel.kind !== "im" &&
    change.message.user !== undefined &&
    change.message.user !== app.botUser &&
    change.message.text.includes(`<@${app.botUser}>`);
  return [
    ...(app.events.includes(subscriptionOf[channel.kind]) ? [event] : []),
    ...(mentioned && app.events.includes("app_mention") ? [mentionEvent(event)] : []),
  ];
}

/** Turns a change of a message into the events that Slack would send, to every app that sits in the channel. */
export function sendMessageEvents(workspace: Workspace, dispatcher: Dispatcher, change: MessageChange): void {
  const shared = workspace.channels.get(change.message.channel)?.shared ?? false;
  for (const app of workspace.apps)
    for (const event of eventsFor(workspace, app, change))
      dispatcher.sendEvent(app, workspace.world.team.id, event, shared);
}
