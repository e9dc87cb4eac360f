import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { BotProcess } from "./bot-process.js";
import { type FaultWorld, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";
import { SlackApiProxy } from "./slack-api-proxy.js";
import { anAlertEvent } from "./slack-delivery.js";

const seconds = 1_000;
let world: FaultWorld;
let api: SlackApiProxy;
let bots: BotProcess[];

beforeEach(async () => {
  world = await startFaultWorld();
  api = await SlackApiProxy.start(world.slack.apiUrl);
  bots = [];
});
afterEach(async () => {
  for (const bot of bots) await bot.kill();
  await api.close();
  await world.close();
}, 30 * seconds);

/** A bot in a process of its own. @returns it, with its port. */
async function aBot(over: Record<string, string> = {}): Promise<{ bot: BotProcess; port: number }> {
  const environment = await world.settings({ KUBECLAW_SLACK_MODE: "http", LOG_LEVEL: "info", ...over });
  const bot = await BotProcess.start(environment);
  bots.push(bot);
  return { bot, port: Number(environment["PORT"]) };
}

describe("the bot dies", () => {
  it(
    "after it recorded an alert and before it said so: delivered again, it is one investigation and one card",
    async () => {
      const first = await aBot({ REDIS_URL: world.proxy.url });
      let died = Promise.resolve();
      // The last write before the answer: what the card begins with.
      world.proxy.onRequest = (text) => {
        if (!text.includes("-requested")) return true;
        died = first.bot.kill();
        return false;
      };
      const event = anAlertEvent("1700000005.000100");
      await expect(world.deliveries.event(first.port, event, "Ev5")).rejects.toThrow();
      await died;
      world.proxy.onRequest = () => true;
      expect(await world.waiting()).toBe(1);
      const next = await aBot();
      expect((await world.deliveries.event(next.port, event, "Ev5")).status).toBe(200);
      await eventually(async () => ((await world.cards()).length > 0 ? true : undefined), 20 * seconds);
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect([(await world.cards()).length, await world.waiting()]).toEqual([1, 1]);
    },
    60 * seconds,
  );

  it(
    "after it posted a card and before it knew where: the next one finds the card, and edits it",
    async () => {
      const first = await aBot({ SLACK_API_URL: api.url });
      api.instead = (method) => (method === "chat.postMessage" ? "silence" : undefined);
      api.onDone = (method) => {
        if (method === "chat.postMessage") void first.bot.kill();
      };
      expect((await world.deliveries.command(first.port, "investigate deploy/checkout -n shop")).status).toBe(200);
      await eventually(() => (first.bot.running ? undefined : true), 10 * seconds);
      const [card] = await world.cards("sre");
      const run = card?.metadata?.event_payload.run ?? "";
      await aBot();
      await world.tell({ kind: "started", run: run, at: new Date().toISOString() }, `${run}-started`);
      await eventually(async () => {
        const [shown] = await world.cards("sre");
        return shown?.metadata?.event_payload.state === "investigating" ? true : undefined;
      }, 20 * seconds);
      expect((await world.cards("sre")).map(({ ts }) => ts)).toEqual([card?.ts]);
      expect(await world.waiting()).toBe(1);
    },
    60 * seconds,
  );
});

describe("the bot is told to go, under load", () => {
  const names = Array.from({ length: 60 }, (_, at) => `app-${at}`);
  const shownNames = async () =>
    new Set((await world.cards("sre")).map(({ text }) => /deploy\/(app-\d+) /.exec(text)?.[1] ?? ""));

  /** Everybody who was answered with success has a card in the end, and nobody was answered with anything else. */
  async function expectCards(taken: readonly string[]): Promise<void> {
    expect(taken.length).toBeGreaterThan(0);
    await eventually(async () => {
      const shown = await shownNames();
      return taken.every((name) => shown.has(name)) ? true : undefined;
    }, 30 * seconds);
    expect((await world.cards("sre")).length).toBe((await shownNames()).size);
  }

  it(
    "over Socket Mode, with another replica beside it: it leaves with 0, and every command that was taken has a card",
    async () => {
      const socket = { KUBECLAW_SLACK_MODE: "socket" };
      const [leaves] = await Promise.all([aBot(socket), aBot(socket)]);
      const taken: string[] = [];
      let code: Promise<number | null> | undefined;
      for (const [at, name] of names.entries()) {
        if (at === 20) code = leaves.bot.terminate();
        void control(world.slack, "POST", "commands", {
          channel: "sre",
          user: "ana",
          command: "/kubeclaw",
          text: `investigate deploy/${name} -n shop`,
        }).then(({ body }) => {
          if (body.ok === true) taken.push(name);
        });
        await new Promise((resolve) => setTimeout(resolve, 15));
      }
      expect(await code).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await expectCards(taken);
    },
    90 * seconds,
  );

  it(
    "over HTTP: it leaves with 0, and every command that was taken has a card after it is back",
    async () => {
      const leaves = await aBot();
      const taken: string[] = [];
      const refused: number[] = [];
      let code: Promise<number | null> | undefined;
      const all: Promise<void>[] = [];
      for (const [at, name] of names.entries()) {
        if (at === 20) code = leaves.bot.terminate();
        all.push(
          world.deliveries.command(leaves.port, `investigate deploy/${name} -n shop`).then(
            ({ status, body }) => {
              if (status === 200 && Object.keys(body).length === 0) taken.push(name);
              else refused.push(status);
            },
            () => undefined, // the door is closed: Slack says so to its person
          ),
        );
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await Promise.all(all);
      expect(await code).toBe(0);
      expect(refused).toEqual([]);
      await aBot();
      await expectCards(taken);
    },
    90 * seconds,
  );
});
