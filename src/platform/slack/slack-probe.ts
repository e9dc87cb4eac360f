import { WebAPIPlatformError, type WebClient } from "@slack/web-api";
import { fetch } from "undici";
import type { SlackProbe } from "../../doctor/index.js";

/** Slack's own word, such as `invalid_auth`, in place of its whole answer. */
async function said<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WebAPIPlatformError) throw new Error(`Slack says ${error.data.error}`, { cause: error });
    throw error;
  }
}

/** Asks Slack about the two tokens of the app. */
export function createSlackProbe(bot: WebClient, app: WebClient | null): SlackProbe {
  /** Slack's clock, to the second; the client itself keeps no such header. */
  async function clock(): Promise<Date | null> {
    const response = await fetch(new URL("api.test", bot.slackApiUrl), { method: "POST" }).catch(() => null);
    const date = response?.headers.get("date");
    return typeof date === "string" ? new Date(date) : null;
  }

  return {
    async facts() {
      const who = await said(bot.auth.test());
      const info = await bot.bots.info({ bot: who.bot_id ?? "" }).catch(() => null);
      return {
        team: who.team_id ?? "",
        appId: info?.bot?.app_id ?? null,
        scopes: who.response_metadata?.scopes ?? [],
        clock: await clock(),
      };
    },
    async openSocket() {
      if (!app) throw new Error("no app-level token");
      await said(app.apps.connections.open());
    },
    async groupSize(group) {
      const answer = await bot.usergroups.users.list({ usergroup: group }).catch(() => null);
      return answer ? (answer.users ?? []).length : null;
    },
  };
}
