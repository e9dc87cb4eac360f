import { presentMessage } from "../state/present-message.js";
import {
  channelNamed,
  GestureRefusal,
  interactionBase,
  personNamed,
  resultOf,
  type GestureResult,
  type Gestures,
} from "./person.js";

/** Somebody picks an app's shortcut from a message's menu (reference/interaction-payloads/shortcuts-interaction-payload). */
export async function useShortcut(
  gestures: Gestures,
  picked: { user: string; channel: string; message_ts: string; callback_id: string },
): Promise<GestureResult> {
  const { workspace, dispatcher, url } = gestures;
  const user = personNamed(workspace, picked.user);
  const channel = channelNamed(workspace, picked.channel, user);
  const message = workspace.messages.find(channel.id, picked.message_ts);
  if (message === undefined) throw new GestureRefusal(404, "message_ts", "no such message in this channel");
  const app = workspace.apps.find(({ shortcuts }) =>
    shortcuts.some(({ type, callbackId }) => type === "message" && callbackId === picked.callback_id),
  );
  if (app === undefined)
    throw new GestureRefusal(404, "callback_id", `no app has the message shortcut "${picked.callback_id}"`);
  const target = { appId: app.id, channel: channel.id, user: user.id };
  const payload = {
    type: "message_action",
    ...interactionBase(gestures, app, user),
    action_ts: workspace.messages.nextTs(),
    channel: { id: channel.id, name: channel.kind === "im" ? "directmessage" : channel.name },
    callback_id: picked.callback_id,
    trigger_id: workspace.triggers.mint({ appId: app.id, user: user.id }),
    response_url: `${url}/hooks/${workspace.responseUrls.mint(target)}`,
    message_ts: message.ts,
    message: presentMessage(workspace, message, { metadata: true }),
  };
  return resultOf(await dispatcher.send(app, { type: "interactive", payload }));
}
