import type { AckFn, BlockAction, ButtonAction, RespondArguments, SlashCommand, ViewSubmitAction } from "@slack/bolt";
import type { View } from "@slack/types";
import { cannotTake, type CommandDelivery, type MessageDelivery } from "../../intake/index.js";
import type { BotApp } from "./bot-app.js";

/** One press of a button, as it was delivered. */
export interface Press {
  action: string;
  value: string;
  team: string;
  user: string;
  channel: string;
  messageTs: string | null;
}

/** What the bot does about each delivery; Slack's own shapes end here. */
export interface Listeners {
  appId: string;
  team: () => string;
  onCommand(delivery: CommandDelivery): Promise<string | null>;
  onMessage(delivery: MessageDelivery): Promise<void>;
  /** A line for the person who pressed, a dialog to open, or nothing. */
  onPress(press: Press): Promise<{ text: string } | { view: View } | null>;
  onDialog(dialog: {
    callbackId: string;
    value: string;
    reason: string | null;
    team: string;
    user: string;
  }): Promise<string | null>;
  /** Somebody's groups changed. */
  onGroupsChanged(): void;
  onForeign(kind: string, reason: string): Promise<void>;
  onError(event: string, error: unknown): void;
}

/** The event of a message, in the fields that we use. */
interface MessageEvent {
  subtype?: string;
  channel: string;
  ts: string;
  thread_ts?: string;
  bot_id?: string;
  message?: { ts: string; bot_id?: string; subtype?: string };
}

/** Adds the listeners to the app. Every delivery is checked for app and team before anything else is done with it. */
export function addListeners(bot: BotApp, listeners: Listeners): void {
  const { app, client } = bot;

  app.use(async ({ body, next, ...rest }) => {
    // A command or a click that is not ours is answered, with nothing, so that its sender does not wait for us.
    const { ack } = rest as { ack?: () => Promise<void> };
    const {
      api_app_id: appId,
      team_id: teamId,
      team,
      type,
    } = body as { api_app_id?: string; team_id?: string; team?: { id?: string } | null; type?: string };
    if (appId !== listeners.appId) {
      await listeners.onForeign(type ?? "delivery", "other-app");
      await ack?.();
      return;
    }
    if ((teamId ?? team?.id) !== listeners.team()) {
      await listeners.onForeign(type ?? "delivery", "other-workspace");
      await ack?.();
      return;
    }
    await next();
  });

  app.command("/kubeclaw", async ({ ack, command }) => {
    await answerCommand(ack, command);
  });

  async function answerCommand(ack: AckFn<string | RespondArguments>, command: SlashCommand): Promise<void> {
    const { trigger_id: id, team_id: team, channel_id: channel, user_id: user, text } = command;
    const answer = await listeners.onCommand({ id, team, channel, user, text });
    await (answer === null ? ack() : ack({ response_type: "ephemeral", text: answer }));
  }

  app.event("message", async ({ event, body }) => {
    const message = event as unknown as MessageEvent;
    const edited = message.subtype === "message_changed" ? message.message : undefined;
    if (message.subtype !== undefined && message.subtype !== "bot_message" && !edited) return;
    const newest = edited ?? message;
    if (message.thread_ts !== undefined && message.thread_ts !== message.ts) return; // a reply is not a new alert
    await listeners.onMessage({
      eventId: body.event_id,
      team: body.team_id,
      channel: message.channel,
      ts: newest.ts,
      fromBot: newest.bot_id !== undefined,
      message: newest,
    });
  });

  app.event("subteam_members_changed", () => {
    listeners.onGroupsChanged();
    return Promise.resolve();
  });

  app.action<BlockAction<ButtonAction>>({ type: "block_actions" }, async ({ ack, body, action, respond }) => {
    let answer: Awaited<ReturnType<Listeners["onPress"]>>;
    try {
      answer = await listeners.onPress({
        action: action.action_id,
        value: action.value ?? "",
        team: body.user.team_id ?? body.team?.id ?? "",
        user: body.user.id,
        channel: body.channel?.id ?? "",
        messageTs: body.message?.ts ?? null,
      });
    } catch (error) {
      listeners.onError("press_failed", error);
      answer = { text: cannotTake };
    }
    await ack();
    if (answer === null) return;
    if ("view" in answer) await client.views.open({ trigger_id: body.trigger_id, view: answer.view });
    else await respond({ response_type: "ephemeral", replace_original: false, text: answer.text });
  });

  for (const callbackId of ["review-plan", "deny-reason"]) {
    app.view<ViewSubmitAction>(callbackId, async ({ ack, body, view }) => {
      const reason = view.state.values["reason"]?.["reason"]?.value ?? null;
      let problem: string | null;
      try {
        problem = await listeners.onDialog({
          callbackId,
          value: view.private_metadata,
          reason,
          team: body.user.team_id ?? body.team?.id ?? "",
          user: body.user.id,
        });
      } catch (error) {
        listeners.onError("dialog_failed", error);
        problem = cannotTake;
      }
      await (problem === null ? ack() : ack({ response_action: "errors", errors: { reason: problem } }));
    });
  }
}
