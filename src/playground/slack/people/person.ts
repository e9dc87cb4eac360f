import type { JsonObject } from "../state/ids.js";
import type { StoredView } from "../state/view-store.js";
import type { App, Channel, User, Workspace } from "../state/workspace.js";
import type { Dispatcher } from "../delivery/dispatcher.js";
import type { Outcome } from "../delivery/outgoing.js";

/** What a person's gesture needs: the workspace, the way to the apps, and the address of `response_url`s. */
export interface Gestures {
  workspace: Workspace;
  dispatcher: Dispatcher;
  url: string;
}

/** A gesture that cannot be made: nobody by that name, no such button. `status` is the HTTP status of the control call. */
export class GestureRefusal extends Error {
  constructor(
    readonly status: 404 | 422,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

export function personNamed(workspace: Workspace, name: string): User {
  const user = workspace.user(name);
  if (user === undefined) throw new GestureRefusal(404, "user", `no user "${name}"`);
  return user;
}

/** A channel that the person is in. The name of a bot stands for the direct message with it. */
export function channelNamed(workspace: Workspace, name: string, person: User): Channel {
  const bot = workspace.user(name);
  const channel = bot?.bot === true ? workspace.directMessage(bot.id, person.id) : workspace.channel(name);
  if (channel === undefined) throw new GestureRefusal(404, "channel", `no channel "${name}"`);
  if (!channel.members.has(person.id))
    throw new GestureRefusal(404, "channel", `${person.name} is not in channel "${channel.name}"`);
  return channel;
}

export function appNamed(workspace: Workspace, appId: string | undefined): App {
  const app = workspace.apps.find(({ id }) => id === appId);
  if (app === undefined) throw new GestureRefusal(404, "message_ts", "this message is not of an app that listens");
  return app;
}

/** The parts that every interaction payload has (reference/interaction-payloads). */
export function interactionBase({ workspace: { world } }: Gestures, app: App, user: User): JsonObject {
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.team },
    api_app_id: app.id,
    token: "local",
    team: { id: world.team.id, domain: world.team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function presentView({ workspace }: Gestures, app: App, view: StoredView, values?: JsonObject): JsonObject {
  return workspace.views.present(view, workspace.world.team.id, app.botId, values);
}

/** How a gesture went, as the person's client would know it. */
export interface GestureResult {
  ok: boolean;
  ack: JsonObject | null;
  ms: number;
  error?: string;
}

/** Slack tells the person `operation_timeout` when nothing came within 3 s, `dispatch_failed` otherwise. */
export function resultOf(outcome: Outcome): GestureResult {
  const ms = Math.round(outcome.ms * 100) / 100;
  if (outcome.acked) return { ok: true, ack: outcome.answer, ms };
  const late = outcome.reason === "timeout" || outcome.reason === "http_timeout";
  return { ok: false, ack: null, ms, error: late ? "operation_timeout" : "dispatch_failed" };
}
