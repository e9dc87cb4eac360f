import { generateKeyPairSync } from "node:crypto";
import { startBot } from "../../src/main/bot.js";
import type { Running } from "../../src/main/process.js";
import { connectRedis, waitForRedis } from "../../src/platform/redis/connection.js";
import { openQueue } from "../../src/platform/redis/queues.js";
import type { LocalSlack } from "../../src/playground/slack/index.js";
import { webhookSecret, webhookToken } from "../builders/webhook.js";
import { installationYaml } from "../e2e/installation.js";
import { freePort } from "./free-port.js";
import { control, startSlack } from "./playground-slack/local-slack.js";
import { RedisServer } from "./redis-server.js";

const approvalKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export interface SeenMessage {
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: unknown[];
  ephemeral?: boolean;
  metadata?: { event_type: string; event_payload: { run: string; key: string; state: string } };
}

/** The bot as it runs, on a real Redis and the local Slack; replicas of it, and what a person would see. */
export async function startBotWorld() {
  const redis = await RedisServer.start();
  const slack: LocalSlack = await startSlack({ timing: { ackTimeoutMs: 3_000, retryDelaysMs: [300, 1_500, 3_000] } });
  const bots: Running[] = [];

  const messages = async (channel: string, more = ""): Promise<SeenMessage[]> =>
    (await control(slack, "GET", `messages?channel=${channel}${more}`)).body["messages"] as SeenMessage[];

  async function settings(over: Record<string, string> = {}): Promise<Record<string, string>> {
    const { botToken, appToken, signingSecret, appId } = slack.credentials;
    return {
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_APP_ID: appId,
      SLACK_API_URL: slack.apiUrl,
      KUBECLAW_SLACK_MODE: "socket",
      KUBECLAW_APPROVAL_KEY: approvalKey,
      KUBECLAW_WEBHOOK_TOKEN: webhookToken,
      KUBECLAW_WEBHOOK_SECRET: webhookSecret,
      KUBECLAW_CONFIG: `${installationYaml("test")}routes: [{match: {}, channel: C0ALERTS}]\n`,
      REDIS_URL: redis.url,
      PORT: String(await freePort()),
      LOG_LEVEL: "silent",
      ...over,
    };
  }

  return {
    redis,
    slack,
    messages,
    /** The settings of one more replica, with a port of its own. */
    settings,
    /** Starts one replica. @returns its port. */
    async start(over: Record<string, string> = {}): Promise<number> {
      const environment = await settings(over);
      bots.push(await startBot(environment));
      return Number(environment["PORT"]);
    },
    /** Stops the n-th replica, as SIGTERM does. */
    async stop(at: number): Promise<void> {
      await bots[at]?.close();
      bots.splice(at, 1);
    },
    /** Alertmanager's post in #alerts, with a template that prints labels. @returns its place in time. */
    async postAlert(title: string, lines: string): Promise<string> {
      const attachments = [{ color: "danger", title, text: lines }];
      const post = { channel: "alerts", user: "Alertmanager", bot: "Alertmanager", text: "", attachments };
      return String((await control(slack, "POST", "messages", post)).body["ts"]);
    },
    /** The cards of a channel, in threads or at its top. */
    cards: async (channel = "alerts") =>
      (await messages(channel)).filter(({ metadata }) => metadata?.event_type === "kubeclaw_card"),
    /** Requests that wait for a worker. */
    async waiting(): Promise<number> {
      const connection = connectRedis(redis.url);
      await waitForRedis(connection);
      const count = await openQueue("investigations", connection).getJobCountByTypes("waiting");
      connection.disconnect();
      return count;
    },
    /** What the audit stream holds, by kind. */
    async audited(): Promise<Record<string, number>> {
      const connection = connectRedis(redis.url);
      await waitForRedis(connection);
      const entries = await connection.xrange("kubeclaw:audit", "-", "+");
      connection.disconnect();
      const counts: Record<string, number> = {};
      for (const [, fields] of entries) {
        const { kind } = JSON.parse(fields[1] ?? "{}") as { kind: string };
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
      return counts;
    },
    async close(): Promise<void> {
      for (const bot of bots) await bot.close();
      await slack.close();
      await redis.close();
    },
  };
}
export type BotWorld = Awaited<ReturnType<typeof startBotWorld>>;

/** Calls a webhook of one replica. */
export async function callWebhook(
  port: number,
  source: string,
  body: unknown,
  headers: Record<string, string> = { authorization: `Bearer ${webhookToken}` },
): Promise<{ status: number; body: Record<string, unknown>; ms: number }> {
  const began = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/webhooks/${source}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
    ms: performance.now() - began,
  };
}
