import { createHmac, generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { startBot } from "../../src/main/bot.js";
import type { Running } from "../../src/main/process.js";
import { connectRedis, waitForRedis } from "../../src/platform/redis/connection.js";
import { keys } from "../../src/platform/redis/keys.js";
import { openQueue } from "../../src/platform/redis/queues.js";
import type { LocalSlack } from "../../src/playground/slack/index.js";
import { installationYaml } from "../e2e/installation.js";
import { freePort } from "./free-port.js";
import { startSlack } from "./playground-slack/local-slack.js";
import { RedisServer } from "./redis-server.js";

const approvalKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const minutes = 60;

let redis: RedisServer;
let slack: LocalSlack;
let bot: Running;
let door: string;
let team: string;

beforeAll(async () => {
  redis = await RedisServer.start();
  slack = await startSlack();
  const { botToken, signingSecret, appId } = slack.credentials;
  const port = await freePort();
  bot = await startBot({
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_APP_ID: appId,
    SLACK_API_URL: slack.apiUrl,
    KUBECLAW_SLACK_MODE: "http",
    KUBECLAW_APPROVAL_KEY: approvalKey,
    KUBECLAW_CONFIG: installationYaml("test"),
    REDIS_URL: redis.url,
    PORT: String(port),
    LOG_LEVEL: "silent",
  });
  door = `http://127.0.0.1:${port}/slack/events`;
  const who = await fetch(`${slack.apiUrl}auth.test`, {
    headers: { authorization: `Bearer ${botToken}` },
    method: "POST",
  });
  team = ((await who.json()) as { team_id: string }).team_id;
});
afterAll(async () => {
  await bot.close();
  await slack.close();
  await redis.close();
});

interface Forged {
  trigger: string;
  aheadSeconds?: number;
  secret?: string;
  app?: string;
  workspace?: string;
}

/** A slash command as Slack would send it, or nearly so. */
async function send({ trigger, aheadSeconds = 0, secret, app, workspace }: Forged): Promise<number> {
  const body = new URLSearchParams({
    command: "/kubeclaw",
    text: "investigate deploy/checkout -n shop",
    trigger_id: trigger,
    api_app_id: app ?? slack.credentials.appId,
    team_id: workspace ?? team,
    channel_id: "C0SRE",
    user_id: "U0ANA",
    response_url: `${slack.apiUrl}respond`,
  }).toString();
  const time = String(Math.floor(Date.now() / 1_000) + aheadSeconds);
  const key = secret ?? slack.credentials.signingSecret;
  const signature = `v0=${createHmac("sha256", key).update(`v0:${time}:${body}`).digest("hex")}`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": time,
    "x-slack-signature": signature,
  };
  return (await fetch(door, { method: "POST", headers, body })).status;
}

async function inRedis<T>(read: (connection: ReturnType<typeof connectRedis>) => Promise<T>): Promise<T> {
  const connection = connectRedis(redis.url);
  await waitForRedis(connection);
  try {
    return await read(connection);
  } finally {
    connection.disconnect();
  }
}
const queued = () => inRedis((connection) => openQueue("investigations", connection).getJobCountByTypes("waiting"));
const refusals = () =>
  inRedis(async (connection) => {
    const entries = await connection.xrange(keys.audit, "-", "+");
    return entries.flatMap(([, fields]) => {
      const event = JSON.parse(fields[1] ?? "{}") as { kind?: string; detail?: { reason?: string } };
      return event.kind === "delivery.refused" ? [event.detail?.reason] : [];
    });
  });

it.each<[string, number, Forged]>([
  ["dated six minutes ahead", 401, { trigger: "1.ahead", aheadSeconds: 6 * minutes }],
  ["dated six minutes back", 401, { trigger: "1.behind", aheadSeconds: -6 * minutes }],
  ["signed with another key", 401, { trigger: "1.forged", secret: "another" }],
  ["of another app", 200, { trigger: "1.app", app: "A0OTHER" }],
  ["of another workspace", 200, { trigger: "1.team", workspace: "T0OTHER" }],
])("a command %s is answered %i, and starts nothing", async (_what, status, forged) => {
  expect(await send(forged)).toBe(status);
  expect(await queued()).toBe(0);
});

it("what was refused, and why, is in the audit log", async () => {
  expect((await refusals()).sort()).toEqual(["other-app", "other-workspace", "stale"]);
});

it.each([
  ["four minutes ahead", 4 * minutes],
  ["four minutes back", -4 * minutes],
])("a clock that is %s is no reason to refuse", async (_what, aheadSeconds) => {
  const before = await queued();
  expect(await send({ trigger: `2.${aheadSeconds}`, aheadSeconds })).toBe(200);
  expect(await queued()).toBe(before === 0 ? 1 : before); // the same question joins
});
