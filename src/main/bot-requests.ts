import type { Redis } from "ioredis";
import type { WebClient } from "@slack/web-api";
import type { Redact } from "../domain/redaction.js";
import {
  type AlertIndex,
  createAlertMessage,
  type createApprovalButton,
  createCardButtons,
  createFeedback,
  createHome,
  createSlashCommand,
  type createTakeAlerts,
  createThreadRequest,
  type Mutes,
  parseDialogValue,
} from "../intake/index.js";
import type { createCounters } from "../platform/metrics/counters.js";
import { createFeedbackStore } from "../platform/redis/feedback-store.js";
import { createSpend } from "../platform/redis/spend.js";
import type { Identity } from "../platform/slack/bot-app.js";
import type { Listeners } from "../platform/slack/listeners.js";
import { createReadMessage } from "../platform/slack/read-message.js";

type Requests = Pick<
  Listeners,
  "onCommand" | "onMessage" | "onMention" | "onShortcut" | "onHome" | "onPress" | "onDialog"
>;

/** What the bot does about each thing that a person or an alerting app does in Slack. */
export function createRequests(
  deps: Omit<Parameters<typeof createSlashCommand>[0], "mutes"> &
    Omit<Parameters<typeof createCardButtons>[0], "feedback"> & {
      alerts: AlertIndex;
      mutes: Mutes;
      take: ReturnType<typeof createTakeAlerts>;
      redis: Redis;
      redact: Redact;
      counters: ReturnType<typeof createCounters>;
      press: ReturnType<typeof createApprovalButton>;
      identity: Identity;
      client: WebClient;
      people: Parameters<typeof createHome>[0]["people"];
    },
): Requests {
  const { redis, redact, counters, press, identity, client } = deps;
  const onCommand = createSlashCommand(deps);
  const store = createFeedbackStore(redis, redact, (answer) => {
    counters.feedback.inc({ answer });
  });
  const feedback = createFeedback({ ...deps, store });
  const threads = createThreadRequest({
    ...deps,
    bot: () => identity.user,
    onCommand,
    readMessage: createReadMessage(client),
  });
  return {
    onCommand,
    onMessage: createAlertMessage(deps),
    onMention: (delivery) => threads.onMention(delivery),
    onShortcut: (delivery) => threads.onShortcut(delivery),
    onHome: createHome({ ...deps, spend: createSpend(redis, deps.now) }),
    onPress: createCardButtons({ ...deps, feedback }),
    onDialog({ callbackId, value, reason, team, user }) {
      if (callbackId === "feedback") return feedback.onDialog({ value, user, reason });
      const opened = parseDialogValue(value);
      if (!opened) return Promise.resolve("This dialog does not belong to a plan that waits here.");
      return press({ answer: callbackId === "deny-reason" ? "deny" : "approve", ...opened, team, user, reason });
    },
  };
}
