import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { anAlertmanagerBody, aWebhookAlert } from "../builders/webhook.js";
import { callWebhook } from "./bot-world.js";
import { createApprovalStore } from "../../src/platform/redis/approval-store.js";
import { type FaultWorld, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";
import { anAlertEvent } from "./slack-delivery.js";

const seconds = 1_000;
const cannotTake = "KubeClaw cannot take this right now; nothing was started.";
const ask = "investigate deploy/checkout -n shop";

let world: FaultWorld;
beforeEach(async () => {
  world = await startFaultWorld();
});
afterEach(async () => {
  await world.close();
}, 30 * seconds);

const stateOf = async (channel = "sre") => (await world.cards(channel))[0]?.metadata?.event_payload.state;
const aCard = async (port: number) => {
  await world.deliveries.command(port, ask);
  return eventually(async () => (await world.cards("sre"))[0], 10 * seconds);
};

describe("Redis is down", () => {
  it(
    "and every door says so in time: a sentence for a command, a click and a dialog, 503 for events and webhooks",
    async () => {
      const port = await world.start({ KUBECLAW_SLACK_MODE: "http" });
      const card = await aCard(port);
      const { value, channel, ts } = await world.offer(card);
      await world.redis.kill();
      const { deliveries } = world;
      const press = (action: string) => deliveries.press(port, { user: "U0LI", channel, ts, action, value });
      const [command, click, stop, dialog, event, webhook] = await Promise.all([
        deliveries.command(port, "investigate sts/db -n shop"),
        press("approve"),
        press("stop"),
        deliveries.submit(port, {
          callbackId: "deny-reason",
          metadata: `${value} ${channel} ${ts}`,
          user: "U0LI",
          reason: "no",
        }),
        deliveries.event(port, anAlertEvent("1700000001.000100", "cart"), "Ev1"),
        callWebhook(port, "alertmanager", anAlertmanagerBody(aWebhookAlert({ deployment: "cart" }))),
      ]);
      expect(command).toMatchObject({ status: 200, body: { response_type: "ephemeral", text: cannotTake } });
      expect([click.status, stop.status]).toEqual([200, 200]);
      await eventually(() => (deliveries.told.length === 2 ? true : undefined));
      expect(deliveries.told.map(({ text }) => text)).toEqual([cannotTake, cannotTake]);
      expect(dialog.body).toMatchObject({ response_action: "errors", errors: { reason: cannotTake } });
      expect([event.status, webhook.status]).toEqual([503, 503]);
      await world.redis.start();
      await eventually(async () => {
        const { status } = await deliveries.event(port, anAlertEvent("1700000001.000100", "cart"), "Ev1");
        return status === 200 ? true : undefined;
      }, 10 * seconds);
      expect([await world.waiting(), await world.count("executions")]).toEqual([2, 0]);
      expect(await stateOf()).toBe("awaiting-approval"); // the click was refused, and is not kept in memory
    },
    60 * seconds,
  );

  it(
    "for a moment, with work half done: the backlog drains by itself, to one card",
    async () => {
      const port = await world.start({ KUBECLAW_SLACK_MODE: "http" });
      await control(world.slack, "POST", "faults", { method: "chat.postMessage", times: 1, delay_ms: 800 });
      await world.deliveries.command(port, ask);
      await world.redis.kill();
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await world.redis.start();
      await eventually(async () => ((await world.cards("sre")).length > 0 ? true : undefined), 15 * seconds);
      const run = (await world.cards("sre"))[0]?.metadata?.event_payload.run ?? "";
      await world.tell({ kind: "started", run: run, at: new Date().toISOString() }, `${run}-started`);
      await eventually(async () => ((await stateOf()) === "investigating" ? true : undefined), 15 * seconds);
      expect(await world.cards("sre")).toHaveLength(1);
    },
    60 * seconds,
  );
});

it(
  "Redis is slow: 200 ms for each command leave every answer within three seconds, and make nothing twice",
  async () => {
    const ports = [
      await world.startBehindProxy({ KUBECLAW_SLACK_MODE: "http" }),
      await world.startBehindProxy({ KUBECLAW_SLACK_MODE: "http" }),
    ];
    const [one = 0, other = 0] = ports;
    const { deliveries } = world;
    world.proxy.delayMs = 200;
    const event = anAlertEvent("1700000002.000100");
    const trigger = { trigger_id: "77.1" };
    const answers = await Promise.all([
      ...[one, other, one, other].map((port) => deliveries.event(port, event, "Ev2")),
      ...[one, other, one, other].map((port) => deliveries.command(port, "investigate sts/db -n shop", trigger)),
      callWebhook(other, "alertmanager", anAlertmanagerBody(aWebhookAlert({ deployment: "cart" }))),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array<number>(8).fill(200), 202]);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    console.log(`slowest answer with 200 ms more for each command of Redis: ${Math.round(slowest)} ms`);
    const card = await eventually(async () => (await world.cards("sre"))[0], 20 * seconds);
    const { value, channel, ts } = await world.offer(card);
    const clicks = await Promise.all(
      ["U0LI", "U0JO"].map((user, at) =>
        deliveries.press(ports[at] ?? 0, { user, channel, ts, action: "approve", value }),
      ),
    );
    expect(clicks.map(({ status }) => status)).toEqual([200, 200]);
    world.proxy.delayMs = 0;
    expect([await world.waiting(), await world.count("executions")]).toEqual([3, 1]);
    expect(await world.cards("sre")).toHaveLength(1);
  },
  90 * seconds,
);

it(
  'Redis carries writes out later than we wait: what was answered with "nothing was started" is taken back',
  async () => {
    const port = await world.start({ KUBECLAW_SLACK_MODE: "http" });
    const { value, channel, ts, decision } = await world.offer(await aCard(port));
    const { deliveries } = world;
    const verdict = () =>
      world.inRedis(async (connection) => (await createApprovalStore(connection).find(decision))?.state);
    const press = () => deliveries.press(port, { user: "U0LI", channel, ts, action: "approve", value });
    // One after the other: on one connection what is asked waits behind what is held back.
    const held = async <T>(ask: () => Promise<T>): Promise<T> => {
      await world.inRedis((connection) => connection.call("CLIENT", "PAUSE", "10000", "WRITE"));
      const answer = await ask();
      await world.inRedis((connection) => connection.call("CLIENT", "UNPAUSE"));
      return answer;
    };
    const command = await held(() => deliveries.command(port, "investigate sts/db -n shop"));
    await held(async () => {
      await press();
      await eventually(() => (deliveries.told.length > 0 ? true : undefined), 5 * seconds);
    });
    expect([command.body["text"], ...deliveries.told.map(({ text }) => text)]).toEqual([cannotTake, cannotTake]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([await world.waiting(), await world.count("executions"), await verdict()]).toEqual([1, 0, "pending"]);
    // Nothing of the two is in the way of doing it again.
    expect((await deliveries.command(port, "investigate sts/db -n shop")).body).toEqual({});
    await press();
    await eventually(async () => ((await world.count("executions")) === 1 ? true : undefined), 10 * seconds);
    expect(await world.waiting()).toBe(2);
  },
  60 * seconds,
);

it(
  "Redis is full: new work is refused aloud, what runs goes on when there is room",
  async () => {
    const port = await world.start({ KUBECLAW_SLACK_MODE: "http" });
    const card = await aCard(port);
    const run = card.metadata?.event_payload.run as never;
    const at = new Date().toISOString();
    await control(world.slack, "POST", "faults", { method: "chat.update", times: 1, delay_ms: 1_000 });
    await world.tell({ kind: "started", run, at }, `${String(run)}-started`);
    await world.inRedis((connection) => connection.config("SET", "maxmemory", "1mb"));
    const { deliveries } = world;
    const [command, event, webhook] = await Promise.all([
      deliveries.command(port, "investigate sts/db -n shop"),
      deliveries.event(port, anAlertEvent("1700000003.000100", "cart"), "Ev3"),
      callWebhook(port, "alertmanager", anAlertmanagerBody(aWebhookAlert({ deployment: "cart" }))),
    ]);
    expect(command.body).toMatchObject({ text: cannotTake });
    expect([event.status, webhook.status]).toEqual([503, 503]);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const asked = await world.inRedis(async (connection) => {
      const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await connection.info("stats"))?.[1]);
      const before = await commands();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return (await commands()) - before;
    });
    expect(asked).toBeLessThan(1_000); // it waits for room, and does not spin
    await world.inRedis((connection) => connection.config("SET", "maxmemory", "0"));
    await eventually(async () => ((await stateOf()) === "investigating" ? true : undefined), 15 * seconds);
    expect((await deliveries.command(port, "investigate sts/db -n shop")).body).toEqual({});
    expect(await world.waiting()).toBe(2);
  },
  60 * seconds,
);

it(
  "packets to Redis vanish: it is noticed, every door says so, and work goes on afterwards by itself",
  async () => {
    const port = await world.startBehindProxy({ KUBECLAW_SLACK_MODE: "http" });
    const card = await aCard(port);
    const run = card.metadata?.event_payload.run as never;
    world.proxy.swallows = true;
    const { deliveries } = world;
    const [command, event, webhook] = await Promise.all([
      deliveries.command(port, "investigate sts/db -n shop"),
      deliveries.event(port, anAlertEvent("1700000004.000100", "cart"), "Ev4"),
      callWebhook(port, "alertmanager", anAlertmanagerBody(aWebhookAlert({ deployment: "cart" }))),
    ]);
    expect(command.body).toMatchObject({ text: cannotTake });
    expect([event.status, webhook.status]).toEqual([503, 503]);
    console.log(`slowest answer with a deaf Redis: ${Math.round(Math.max(command.ms, event.ms, webhook.ms))} ms`);
    const at = new Date().toISOString();
    await world.tell({ kind: "started", run, at }, `${String(run)}-started`);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    world.proxy.swallows = false; // connections of before stay deaf: only new ones work
    await eventually(async () => {
      const { body } = await deliveries.command(port, "investigate sts/db -n shop");
      return Object.keys(body).length === 0 ? true : undefined;
    }, 15 * seconds);
    await eventually(async () => ((await stateOf()) === "investigating" ? true : undefined), 20 * seconds);
    expect(await world.waiting()).toBe(2);
  },
  60 * seconds,
);
