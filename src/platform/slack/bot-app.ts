import type { ServerResponse } from "node:http";
import bolt from "@slack/bolt";
import { setTimeout as sleep } from "node:timers/promises";
import { WebAPIPlatformError, WebClient } from "@slack/web-api";
import type { BotSettings } from "../../config/index.js";
import { KubeClawError } from "../../domain/errors.js";
import type { HttpRoute } from "../http/webhook-routes.js";
import { createBoltLogger } from "./bolt-logger.js";
import { DurableSocketModeReceiver, FreshHttpReceiver } from "./durable-receivers.js";

/** A plain answer of one HTTP route of the bot. */
export interface ProbeRoute {
  path: string;
  answer: () => Promise<{ status: number; text: string }>;
}

export interface BotApp {
  app: InstanceType<typeof bolt.App>;
  client: WebClient;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Is the door to Slack open? Always true in HTTP mode once it listens. */
  connected(): boolean;
}

/** The bot's one client: no retries of its own, because a repeated post is a second message. */
export function createWebClient(settings: BotSettings): WebClient {
  return new WebClient(settings.SLACK_BOT_TOKEN, {
    ...(settings.SLACK_API_URL === undefined ? {} : { slackApiUrl: settings.SLACK_API_URL }),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: 10_000,
    logLevel: bolt.LogLevel.ERROR,
  });
}

/** Who we are in Slack: what we post ourselves bears these. */
export interface Identity {
  team: string;
  botId: string;
  user: string;
}

/**
 * The workspace and the bot that the token is for. Waits for a Slack that does not answer yet; a token that is refused
 * is a bad setting.
 */
export async function findIdentity(client: WebClient, onError: (error: unknown) => void): Promise<Identity> {
  for (;;) {
    try {
      const { team_id: team = "", bot_id: botId = "", user_id: user = "" } = await client.auth.test();
      return { team, botId, user };
    } catch (error) {
      if (error instanceof WebAPIPlatformError)
        throw new KubeClawError("bad-settings", `bad settings:\n  SLACK_BOT_TOKEN: Slack says ${error.data.error}`);
      onError(error);
      await sleep(1_000);
    }
  }
}

/** Socket Mode where an app token is there, signed HTTP otherwise; the same listeners for both. */
export function createBotApp(
  settings: BotSettings,
  routes: readonly ProbeRoute[],
  hooks: { onEmptyEnvelope: () => void; onStale: () => void; onError: (event: string, error: unknown) => void },
  webhooks: readonly HttpRoute[] = [],
): BotApp {
  const mode = settings.KUBECLAW_SLACK_MODE ?? (settings.SLACK_APP_TOKEN === undefined ? "http" : "socket");
  const client = createWebClient(settings);
  const probes = routes.map(({ path, answer }) => ({
    path,
    method: "GET",
    handler: (_request: unknown, response: ServerResponse) => {
      void answer().then(({ status, text }) => {
        response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
        response.end(text);
      });
    },
  }));
  const customRoutes = [...probes, ...webhooks];
  const shared = { logger: createBoltLogger(hooks.onError) };
  const clientOptions = {
    ...(settings.SLACK_API_URL === undefined ? {} : { slackApiUrl: settings.SLACK_API_URL }),
    retryConfig: { retries: 0 },
  };

  if (mode === "socket") {
    if (settings.SLACK_APP_TOKEN === undefined)
      throw new KubeClawError(
        "bad-settings",
        "bad settings:\n  SLACK_APP_TOKEN: missing (KUBECLAW_SLACK_MODE is socket)",
      );
    const receiver = new DurableSocketModeReceiver(
      {
        appToken: settings.SLACK_APP_TOKEN,
        ...shared,
        customRoutes,
        installerOptions: { port: settings.PORT, clientOptions },
      },
      hooks.onEmptyEnvelope,
    );
    let up = false;
    receiver.client.on("connected", () => {
      up = true;
    });
    for (const event of ["reconnecting", "disconnected", "disconnecting"]) {
      receiver.client.on(event, () => {
        up = false;
      });
    }
    const app = new bolt.App({
      token: settings.SLACK_BOT_TOKEN,
      receiver,
      convoStore: false,
      clientOptions,
      ...shared,
    });
    return {
      app,
      client,
      start: async () => {
        await app.start();
      },
      stop: async () => {
        await app.stop();
      },
      connected: () => up,
    };
  }

  if (settings.SLACK_SIGNING_SECRET === undefined)
    throw new KubeClawError(
      "bad-settings",
      "bad settings:\n  SLACK_SIGNING_SECRET: missing (KUBECLAW_SLACK_MODE is http)",
    );
  const receiver = new FreshHttpReceiver(
    {
      signingSecret: settings.SLACK_SIGNING_SECRET,
      processBeforeResponse: true, // no answer before the listeners have made the delivery durable
      customRoutes,
      // What was not recorded is not answered with success, so that Slack delivers it again.
      processEventErrorHandler: ({ error, response }) => {
        hooks.onError("delivery_failed", error);
        if (!response.headersSent) {
          response.writeHead(503);
          response.end();
        }
        return Promise.resolve(false);
      },
      ...shared,
    },
    hooks.onStale,
  );
  const app = new bolt.App({ token: settings.SLACK_BOT_TOKEN, receiver, convoStore: false, clientOptions, ...shared });
  return {
    app,
    client,
    start: async () => {
      await app.start(settings.PORT);
    },
    stop: async () => {
      await app.stop();
    },
    connected: () => true,
  };
}
