import type { JsonObject } from "../state/ids.js";
import type { Message } from "../state/message-store.js";
import { presentMessage } from "../state/present-message.js";
import type { StoredView } from "../state/view-store.js";
import type { Channel, User } from "../state/workspace.js";
import { findElement, type FoundElement } from "./find-element.js";
import { inputValue } from "./input-value.js";
import {
  appNamed,
  channelNamed,
  GestureRefusal,
  interactionBase,
  personNamed,
  presentView,
  resultOf,
  type GestureResult,
  type Gestures,
} from "./person.js";

export interface Press {
  user: string;
  channel?: string | undefined;
  message_ts?: string | undefined;
  /** Instead of a message: an element in the person's open dialog or App Home. */
  view?: "modal" | "home" | undefined;
  action_id?: string | undefined;
  text?: string | undefined;
  value?: string | undefined;
}

function blocksOf(message: Message): JsonObject[] {
  const attached = (message.attachments ?? []).flatMap(({ blocks }) =>
    Array.isArray(blocks) ? (blocks as JsonObject[]) : [],
  );
  return [...(message.blocks ?? []), ...attached];
}

function found(blocks: readonly JsonObject[], press: Press): FoundElement {
  const element = findElement(blocks, press);
  if (element !== undefined) return element;
  const wanted = press.action_id ?? press.text ?? "";
  throw new GestureRefusal(
    404,
    press.action_id === undefined ? "text" : "action_id",
    `no element "${wanted}" is there now`,
  );
}

/** One entry of `actions` (reference/interaction-payloads/block_actions-payload). */
function actionOf({ block, element }: FoundElement, press: Press, actionTs: string): JsonObject {
  const { type, action_id } = element;
  const common = { type, action_id, block_id: block["block_id"], action_ts: actionTs };
  if (type !== "button") return { ...common, ...inputValue(element, press.value) };
  const { text, value, style, url } = element;
  return {
    ...common,
    text,
    ...(value === undefined ? {} : { value }),
    ...(style === undefined ? {} : { style }),
    ...(url === undefined ? {} : { url }),
  };
}

function messageContext(gestures: Gestures, channel: Channel, message: Message): JsonObject {
  const { workspace } = gestures;
  const { ts, thread_ts, ephemeralTo } = message;
  const is_ephemeral = ephemeralTo !== undefined;
  const container = {
    type: "message",
    message_ts: ts,
    channel_id: channel.id,
    is_ephemeral,
    ...(thread_ts === undefined ? {} : { thread_ts }),
  };
  // Slack does not send the content of an ephemeral message back.
  const shown = is_ephemeral ? {} : { message: presentMessage(workspace, message, { metadata: true }) };
  return {
    container,
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    ...shown,
    state: { values: {} },
  };
}

async function send(
  gestures: Gestures,
  appId: string,
  user: User,
  viewId: string | undefined,
  parts: JsonObject,
): Promise<GestureResult> {
  const app = appNamed(gestures.workspace, appId);
  const trigger = { appId, user: user.id, ...(viewId === undefined ? {} : { viewId }) };
  const payload = {
    type: "block_actions",
    ...interactionBase(gestures, app, user),
    trigger_id: gestures.workspace.triggers.mint(trigger),
    ...parts,
  };
  return resultOf(await gestures.dispatcher.send(app, { type: "interactive", payload }));
}

async function pressInView(gestures: Gestures, press: Press, user: User): Promise<GestureResult> {
  const { views, apps } = gestures.workspace;
  const homes = apps.map(({ id }) => views.home(id, user.id)).filter((home): home is StoredView => home !== undefined);
  const candidates =
    press.view === "home" ? homes : [views.top(user.id)].filter((top): top is StoredView => top !== undefined);
  const [view] = candidates;
  if (view === undefined) throw new GestureRefusal(404, "view", `${user.name} has no ${press.view ?? "view"} open`);
  const action = actionOf(found(view.content.blocks, press), press, gestures.workspace.messages.nextTs());
  return send(gestures, view.appId, user, view.type === "modal" ? view.id : undefined, {
    container: { type: "view", view_id: view.id },
    view: presentView(gestures, appNamed(gestures.workspace, view.appId), view),
    actions: [action],
  });
}

/** Somebody uses an element of a message as it is now, of their open dialog or of their Home. */
export async function pressButton(gestures: Gestures, press: Press): Promise<GestureResult> {
  const { workspace, url } = gestures;
  const user = personNamed(workspace, press.user);
  if (press.view !== undefined) return pressInView(gestures, press, user);
  const channel = channelNamed(workspace, press.channel ?? "", user);
  const message = workspace.messages.find(channel.id, press.message_ts ?? "");
  const visible = message !== undefined && (message.ephemeralTo ?? user.id) === user.id;
  if (!visible) throw new GestureRefusal(404, "message_ts", `no message ${press.message_ts ?? ""} in this channel`);
  const action = actionOf(found(blocksOf(message), press), press, workspace.messages.nextTs());
  const app = appNamed(workspace, message.app_id);
  const target = { appId: app.id, channel: channel.id, user: user.id, messageTs: message.ts };
  return send(gestures, app.id, user, undefined, {
    ...messageContext(gestures, channel, message),
    response_url: `${url}/hooks/${workspace.responseUrls.mint(target)}`,
    actions: [action],
  });
}
