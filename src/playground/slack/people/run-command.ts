import { applyResponse, Response } from "../web-api/register-response-urls.js";
import { SlackRefusal } from "../web-api/method.js";
import { encodeTypedText } from "./encode-typed-text.js";
import { channelNamed, GestureRefusal, personNamed, resultOf, type GestureResult, type Gestures } from "./person.js";

/**
 * Somebody runs a slash command (docs.slack.dev, interactivity/implementing-slash-commands). The text that comes with
 * the acknowledgement is shown to that person, or in the channel when it says `in_channel`.
 */
export async function runCommand(
  gestures: Gestures,
  typed: { channel: string; user: string; command: string; text: string },
): Promise<GestureResult> {
  const { workspace, dispatcher, url } = gestures;
  const person = personNamed(workspace, typed.user);
  const channel = channelNamed(workspace, typed.channel, person);
  const command = typed.command.startsWith("/") ? typed.command : `/${typed.command}`;
  const app = workspace.apps.find(({ commands }) => commands.some((known) => known.command === command));
  if (app === undefined) throw new GestureRefusal(404, "command", `no app has the command "${command}"`);
  const escape = app.commands.some((known) => known.command === command && known.escape);
  const target = { appId: app.id, channel: channel.id, user: person.id };
  const outcome = await dispatcher.send(app, {
    type: "slash_commands",
    payload: {
      token: "local",
      team_id: workspace.world.team.id,
      team_domain: workspace.world.team.domain,
      channel_id: channel.id,
      channel_name: channel.kind === "im" ? "directmessage" : channel.kind === "group" ? "privategroup" : channel.name,
      user_id: person.id,
      user_name: person.name,
      command,
      text: escape ? encodeTypedText(typed.text, workspace) : typed.text,
      api_app_id: app.id,
      is_enterprise_install: "false",
      response_url: `${url}/hooks/${workspace.responseUrls.mint(target)}`,
      trigger_id: workspace.triggers.mint({ appId: app.id, user: person.id }),
    },
  });
  const result = resultOf(outcome);
  const response = Response.safeParse(result.ack ?? {});
  if (!response.success) return { ...result, ok: false, error: "invalid_payload" };
  const { text = "", blocks, attachments } = response.data;
  if (text === "" && blocks === undefined && attachments === undefined) return result;
  try {
    applyResponse(workspace, target, response.data);
    return result;
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { ...result, ok: false, error: error.code };
  }
}
