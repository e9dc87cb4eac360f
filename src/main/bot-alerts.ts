import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import type { BotSettings, Installation } from "../config/index.js";
import { createReceiveWebhook, createTakeAlerts } from "../intake/index.js";
import { type HttpRoute, webhookRoutes } from "../platform/http/webhook-routes.js";
import { createAlertIndex } from "../platform/redis/alert-index.js";
import { isUp } from "../platform/redis/connection.js";
import { createMutes } from "../platform/redis/mutes.js";

/** How long a webhook waits for Redis before it says that it cannot take anything. */
const redisMs = 700;

type Deps = Omit<Parameters<typeof createTakeAlerts>[0], "alerts" | "mutes">;

/** Everything that alerts need, from whichever door they come; without a secret or a token there is no webhook. */
export function createAlertIntake(
  deps: Deps & {
    redis: Redis;
    settings: BotSettings;
    installation: Installation;
    team: () => string;
    onStranger: () => void;
    onError: (event: string, error: unknown) => void;
  },
) {
  const { redis, settings, installation, team, audit, now, onStranger, onError } = deps;
  const alerts = createAlertIndex(redis);
  const mutes = createMutes(redis, now);
  const take = createTakeAlerts({ ...deps, alerts, mutes });
  const { KUBECLAW_WEBHOOK_SECRET: secret, KUBECLAW_WEBHOOK_TOKEN: token } = settings;
  const up = () => Promise.race([isUp(redis), sleep(redisMs, false, { ref: false })]);
  const receive = createReceiveWebhook({
    take,
    audit,
    installation,
    secret,
    token,
    team,
    up,
    now,
    onStranger,
    onError,
  });
  const routes: HttpRoute[] = secret === undefined && token === undefined ? [] : webhookRoutes(receive, onError);
  return { alerts, mutes, take, routes };
}
