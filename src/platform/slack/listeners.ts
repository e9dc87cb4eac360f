import type {
  AckFn,
  BlockAction,
  ButtonAction,
  MessageShortcut,
  RespondArguments,
  SlashCommand,
  ViewSubmitAction,
} from "@slack/bolt";
import type { View } from "@slack/types";
import { redactDeep } from "../../domain/redaction.js";
import {
  type CardPress,
  cannotTake,
  type CommandDelivery,
  type PressAnswer,
  type ShortcutDelivery,
} from "../../intake/index.js";
import type { BotApp } from "./bot-app.js";
import { addMessageListeners, type MessageListeners } from "./message-listeners.js";

/** What the bot does about each delivery; Slack's own shapes end here. */
export interface Listeners extends MessageListeners {
  onCommand(delivery: CommandDelivery): Promise<string | null>;
  onShortcut(delivery: ShortcutDelivery): Promise<string | null>;
  /** The App Home of a person; null where there is nothing to show. */
  onHome(user: string, team: string): Promise<View | null>;
  onPress(press: CardPress): Promise<PressAnswer>;
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

/** Where a line for one person has to go to be seen beside the message it is about: into the thread, if it is a reply. */
function besides(message: { ts?: string; thread_ts?: string } | undefined): { thread_ts?: string } {
  const thread = message?.thread_ts;
  return thread === undefined || thread === message?.ts ? {} : { thread_ts: thread };
}

/** Adds the listeners to the app. Every delivery is checked for app and team before anything else is done with it. */
export function addListeners(bot: BotApp, listeners: Listeners): void {
  const { app, client } = bot;
  const { redact } = listeners;
  const failed = (event: string) => (error: unknown) => {
    listeners.onError(event, error);
  };

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
    if ((teamId ?? team?.id) !== listeners.identity.team) {
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
    const answer = await listeners.onCommand({ id, team, channel, user, threadTs: null, text });
    await (answer === null ? ack() : ack({ response_type: "ephemeral", text: redact(answer) }));
  }

  addMessageListeners(bot, listeners);

  app.shortcut<MessageShortcut>({ type: "message_action", callback_id: "investigate-this" }, async (delivery) => {
    const { ack, shortcut, respond } = delivery;
    const { trigger_id: id, channel, user, message, message_ts: ts } = shortcut;
    const answer = await listeners.onShortcut({
      id,
      team: user.team_id ?? shortcut.team?.id ?? "",
      channel: channel.id,
      user: user.id,
      threadTs: (message as { thread_ts?: string }).thread_ts ?? ts,
      ts,
      message,
    });
    await ack();
    if (answer !== null)
      await respond({
        response_type: "ephemeral",
        replace_original: false,
        text: redact(answer),
        ...besides(message as { ts?: string; thread_ts?: string }),
      }).catch(failed("answer_failed"));
  });

  app.event("app_home_opened", async ({ event, body }) => {
    if (event.tab !== "home") return;
    const view = await listeners.onHome(event.user, body.team_id);
    if (view)
      await client.views.publish({ user_id: event.user, view: redactDeep(view, redact) }).catch(() => undefined); // drawn anew next time
  });

  app.event("subteam_members_changed", () => {
    listeners.onGroupsChanged();
    return Promise.resolve();
  });

  app.action<BlockAction<ButtonAction>>({ type: "block_actions" }, async ({ ack, body, action, respond }) => {
    let answer: PressAnswer;
    try {
      answer = await listeners.onPress({
        action: action.action_id,
        value: action.value ?? "",
        team: body.user.team_id ?? body.team?.id ?? "",
        user: body.user.id,
        channel: body.channel?.id ?? "",
        messageTs: body.message?.ts ?? null,
        actionTs: action.action_ts,
      });
    } catch (error) {
      listeners.onError("press_failed", error);
      answer = { text: cannotTake };
    }
    await ack();
    if (answer === null) return;
    const say = async (text: string) => {
      const place = besides(body.message);
      await respond({ response_type: "ephemeral", replace_original: false, text: redact(text), ...place });
    };
    if ("text" in answer) await say(answer.text).catch(failed("answer_failed"));
    else
      await client.views
        .open({ trigger_id: body.trigger_id, view: redactDeep(answer.view, redact) })
        .catch(async (error: unknown) => {
          failed("dialog_not_opened")(error);
          await say("Slack did not open the dialog; nothing was decided. Press the button again.").catch(
            failed("answer_failed"),
          );
        });
  });

  for (const callbackId of ["review-plan", "deny-reason", "feedback"]) {
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
      await (problem === null ? ack() : ack({ response_action: "errors", errors: { reason: redact(problem) } }));
    });
  }
}
