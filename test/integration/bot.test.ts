import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { canonicalJson, sha256 } from "../../src/domain/canonical-json.js";
import { decisionId, RunId } from "../../src/domain/ids.js";
import { startBot } from "../../src/main/bot.js";
import type { Running } from "../../src/main/process.js";
import { connectRedis, waitForRedis } from "../../src/platform/redis/connection.js";
import { createEnqueue, openQueue } from "../../src/platform/redis/queues.js";
import type { LocalSlack } from "../../src/playground/slack/index.js";
import { aPlan } from "../builders/plan.js";
import { installationYaml } from "../e2e/installation.js";
import { freePort } from "./free-port.js";
import { control, eventually, startSlack } from "./playground-slack/local-slack.js";
import { RedisServer } from "./redis-server.js";

const seconds = 1_000;
const approvalKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

let redis: RedisServer;
let slack: LocalSlack;
let bots: Running[];

async function aBot(mode: "socket" | "http"): Promise<number> {
  const { botToken, appToken, signingSecret, appId } = slack.credentials;
  const port = await freePort();
  bots.push(
    await startBot({
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_SIGNING_SECRET: signingSecret,
      SLACK_APP_ID: appId,
      SLACK_API_URL: slack.apiUrl,
      KUBECLAW_SLACK_MODE: mode,
      KUBECLAW_APPROVAL_KEY: approvalKey,
      KUBECLAW_CONFIG: installationYaml("test"),
      REDIS_URL: redis.url,
      PORT: String(port),
      LOG_LEVEL: "silent",
    }),
  );
  return port;
}

const alert = {
  channel: "alerts",
  user: "Alertmanager",
  bot: "Alertmanager",
  text: "",
  attachments: [
    {
      color: "danger",
      title: "[FIRING:1] KubePodNotReady shop (checkout warning)",
      text: "*namespace:* shop\n*deployment:* checkout",
    },
  ],
};

async function waiting(): Promise<number> {
  const connection = connectRedis(redis.url);
  await waitForRedis(connection);
  const count = await openQueue("investigations", connection).getJobCountByTypes("waiting");
  connection.disconnect();
  return count;
}

interface CardMessage {
  ts: string;
  metadata?: { event_type: string; event_payload: { run: string; state: string } };
}

const investigationIdOf = (card: CardMessage) => RunId.parse(card.metadata?.event_payload.run);

const cards = async () =>
  ((await control(slack, "GET", "messages?channel=alerts")).body["messages"] as CardMessage[]).filter(
    (message) => message.metadata?.event_type === "kubeclaw_card",
  );

beforeEach(async () => {
  redis = await RedisServer.start();
  slack = await startSlack({ timing: { ackTimeoutMs: 3_000, retryDelaysMs: [300, 1_500, 3_000] } });
  bots = [];
});
afterEach(async () => {
  for (const bot of bots) await bot.close();
  await slack.close();
  await redis.close();
}, 30 * seconds);

describe.each(["socket", "http"] as const)("over %s", (mode) => {
  it(
    "the same delivery four times, on two replicas where there can be two, is one investigation and one card",
    async () => {
      const port = await aBot(mode);
      if (mode === "socket") await aBot(mode);
      else slack.setDelivery({ mode: "http", url: `http://127.0.0.1:${port}/slack/events` });
      await control(slack, "POST", "messages", alert);
      await eventually(async () => ((await cards()).length === 1 ? true : undefined));
      await control(slack, "POST", "redeliver", { last: 1, times: 3 });
      await control(slack, "POST", "messages", alert); // Alertmanager repeats itself
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await waiting()).toBe(1);
      expect(await cards()).toHaveLength(1);
    },
    30 * seconds,
  );

  it(
    "while Redis is down nothing is acknowledged as taken: an alert comes again, a person is told at once",
    async () => {
      const port = await aBot(mode);
      if (mode === "http") slack.setDelivery({ mode: "http", url: `http://127.0.0.1:${port}/slack/events` });
      await redis.kill();
      const command = await control(slack, "POST", "commands", {
        channel: "sre",
        user: "ana",
        command: "/kubeclaw",
        text: "investigate deploy/checkout -n shop",
      });
      expect(command.body["ack"]).toMatchObject({
        response_type: "ephemeral",
        text: "KubeClaw cannot take this right now; nothing was started.",
      });
      await control(slack, "POST", "messages", alert);
      await new Promise((resolve) => setTimeout(resolve, 600));
      await redis.start();
      await eventually(async () => ((await cards()).length === 1 ? true : undefined));
      expect(await waiting()).toBe(1); // the alert's; the command was refused, and is not kept in memory
    },
    40 * seconds,
  );
});

/** A finding and a plan for the alert's run, as the agent and the controller would have told them. */
async function offerPlan(expiresIn: number): Promise<{ decision: string; ts: string }> {
  const connection = connectRedis(redis.url);
  await waitForRedis(connection);
  await control(slack, "POST", "messages", alert);
  const card = await eventually(async () => (await cards())[0]);
  const run = investigationIdOf(card);
  const at = new Date();
  const expiresAt = new Date(at.getTime() + expiresIn).toISOString();
  const text = canonicalJson(aPlan({ run, plannedAt: at.toISOString(), expiresAt, requestedBy: null }));
  const planDigest = sha256(text);
  const decision = decisionId(run, planDigest);
  await createEnqueue("outbox", connection)(
    { kind: "plan", run, at: at.toISOString(), offer: { decision, plan: text, planDigest } },
    { id: `${decision}-plan` },
  );
  await eventually(async () =>
    (await cards())[0]?.metadata?.event_payload.state === "awaiting-approval" ? true : undefined,
  );
  connection.disconnect();
  return { decision, ts: card.ts };
}

const press = async (user: string, ts: string, action: string) =>
  control(slack, "POST", "actions", { channel: "alerts", user, message_ts: ts, action_id: action });
const whispers = async (user: string) =>
  (
    (await control(slack, "GET", `messages?channel=alerts&user=${user}`)).body["messages"] as {
      text: string;
      ephemeral?: boolean;
    }[]
  )
    .filter((message) => message.ephemeral)
    .map((message) => message.text);

async function executions(): Promise<number> {
  const connection = connectRedis(redis.url);
  await waitForRedis(connection);
  const count = await openQueue("executions", connection).getJobCountByTypes("waiting");
  connection.disconnect();
  return count;
}

describe("a plan that waits", () => {
  it(
    "approved by two people in the same moment, on two replicas, is executed once, and the second learns who",
    async () => {
      await aBot("socket");
      await aBot("socket");
      const { ts } = await offerPlan(60 * seconds);
      await Promise.all([press("li", ts, "approve"), press("jo", ts, "approve")]);
      const told = await eventually(async () => {
        const lines = [...(await whispers("li")), ...(await whispers("jo"))];
        return lines.length > 0 ? lines : undefined;
      });
      expect(told).toHaveLength(1);
      expect(told[0]).toMatch(/^Already approved by <@U0(LI|JO)> at/);
      expect(await executions()).toBe(1);
    },
    30 * seconds,
  );

  it(
    "expires by itself, and a click after that is refused",
    async () => {
      await aBot("socket");
      const { ts } = await offerPlan(3 * seconds);
      await eventually(async () =>
        (await cards())[0]?.metadata?.event_payload.state === "expired" ? true : undefined,
      );
      const again = await press("li", ts, "approve");
      expect(again.status).toBe(404); // the button is gone from the card
      expect(await executions()).toBe(0);
    },
    30 * seconds,
  );

  it(
    "is refused to whoever is no approver here, each with a reason that only they see",
    async () => {
      await aBot("socket");
      const { ts } = await offerPlan(60 * seconds);
      for (const user of ["ana", "max"]) await press(user, ts, "approve");
      await eventually(async () => ((await whispers("max")).length > 0 ? true : undefined));
      expect((await whispers("max"))[0]).toContain("You may not approve changes in shop");
      expect(await whispers("li")).toEqual([]);
      expect(await executions()).toBe(0);
    },
    30 * seconds,
  );
});

describe("when Slack misbehaves", () => {
  it(
    "a post whose answer was lost is found again and not made twice",
    async () => {
      await aBot("socket");
      await control(slack, "POST", "faults", { method: "chat.postMessage", times: 1, drop: true });
      await control(slack, "POST", "messages", alert);
      await eventually(async () => ((await cards()).length > 0 ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      expect(await cards()).toHaveLength(1);
    },
    30 * seconds,
  );

  it(
    "a rate limit is waited out",
    async () => {
      await aBot("socket");
      await control(slack, "POST", "faults", { method: "chat.postMessage", times: 1, status: 429, retry_after: 1 });
      const posted = Date.now();
      await control(slack, "POST", "messages", alert);
      await eventually(async () => ((await cards()).length === 1 ? true : undefined));
      expect(Date.now() - posted).toBeGreaterThanOrEqual(1_000);
    },
    30 * seconds,
  );
});

it(
  "what is asked where it may not be asked, or wrongly, is answered for the person alone and starts nothing",
  async () => {
    await aBot("socket");
    const ask = async (channel: string, text: string) =>
      (
        (await control(slack, "POST", "commands", { channel, user: "ana", command: "/kubeclaw", text })).body[
          "ack"
        ] as { text: string } | null
      )?.text;
    expect(await ask("alerts", "investigate deploy/checkout -n pay")).toContain("This channel may not ask about pay");
    expect(await ask("sre", "investigate checkout -n shop")).toContain(
      "Example: `/kubeclaw investigate deploy/checkout -n shop`",
    );
    expect(await ask("sre", "help")).toContain("/kubeclaw cancel RUN");
    expect(await ask("sre", "cancel kc-inv-00000000000000000000")).toContain("There is no run");
    expect(await waiting()).toBe(0);
  },
  30 * seconds,
);
