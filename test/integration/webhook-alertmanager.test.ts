import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { webhookToken } from "../builders/webhook.js";
import { Alertmanager, type PostedAlert } from "./alertmanager.js";
import { type BotWorld, startBotWorld } from "./bot-world.js";
import { eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;
let world: BotWorld;
let folder: string;
let senders: Alertmanager[];

beforeEach(async () => {
  world = await startBotWorld();
  folder = mkdtempSync(join(tmpdir(), "kubeclaw-sender-"));
  senders = [];
}, 60 * seconds);
afterEach(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  await world.close();
  rmSync(folder, { recursive: true, force: true });
}, 60 * seconds);

/** The receiver that docs/spec/webhooks.md tells a user to write. */
function webhook(port: number, token = webhookToken) {
  const file = join(folder, `token-${token}`);
  writeFileSync(file, `${token}\n`);
  const url = `http://127.0.0.1:${port}/webhooks/alertmanager`;
  const http_config = { authorization: { credentials_file: file } };
  return { webhook_configs: [{ url, send_resolved: true, max_alerts: 500, http_config }] };
}
/** Alertmanager's Slack receiver with the default template. */
const slack = (more: object = {}) => ({
  slack_configs: [
    { api_url: `${world.slack.url}/services/T0SHOP/B0ALERTS/local`, channel: "#alerts", send_resolved: true, ...more },
  ],
});
async function sender(...receivers: Parameters<typeof Alertmanager.start>[0]): Promise<Alertmanager> {
  const started = await Alertmanager.start(receivers);
  senders.push(started);
  return started;
}

const crashing = (pod: string, over: Record<string, string> = {}): PostedAlert => ({
  labels: {
    alertname: "KubePodCrashLooping",
    namespace: "shop",
    pod,
    container: "web",
    job: "kube-state-metrics",
    severity: "warning",
    ...over,
  },
  annotations: { summary: "Pod is crash looping." },
  startsAt: new Date(Date.now() - 60_000).toISOString(),
});
const ended = (alert: PostedAlert): PostedAlert => ({ ...alert, endsAt: new Date().toISOString() });
const [one, other] = ["checkout-7d9f8c6b5-x4k2p", "checkout-7d9f8c6b5-9v9vk"];

const shown = async () => JSON.stringify((await world.cards())[0]?.blocks ?? []);
const shows = (text: string) =>
  eventually(async () => ((await shown()).includes(text) ? true : undefined), 20 * seconds).catch(async () => {
    throw new Error(`no "${text}" in ${await shown()}`);
  });
const posts = async () =>
  (await world.messages("alerts")).filter(({ metadata }) => metadata?.event_type !== "kubeclaw_card");

describe("Alertmanager's webhook", () => {
  it(
    "two that do not know of each other, about several pods of one workload: one card, resolved when all are",
    async () => {
      const ports = [await world.start(), await world.start()];
      const pair = await Promise.all(ports.map((port) => sender({ group_by: ["namespace"], ...webhook(port) })));
      const [first, second, cart] = [crashing(one), crashing(other), crashing("cart-5c5c5c5c5c-bbbbb")];
      await Promise.all(pair.map((each) => each.post(first, second)));
      await shows("and 1 more alert of the same cause");
      // Another workload of the same group is another card.
      await Promise.all(pair.map((each) => each.post(first, second, cart)));
      await eventually(async () => ((await world.cards()).length === 2 ? true : undefined), 20 * seconds);

      await Promise.all(pair.map((each) => each.post(ended(first))));
      const accepted = async () => (await world.audited())["delivery.accepted"] ?? 0;
      await eventually(async () => ((await accepted()) === 3 ? true : undefined), 20 * seconds);
      expect(await shown()).not.toContain("was resolved");
      await Promise.all(pair.map((each) => each.post(ended(second))));
      await shows("The alert was resolved");
      expect(await world.cards()).toHaveLength(2);
      expect(JSON.stringify((await world.cards())[1]?.blocks)).not.toContain("was resolved");
      expect(await world.waiting()).toBe(2);
    },
    120 * seconds,
  );

  it(
    "with a wrong token is refused and starts nothing; with the right one it goes through",
    async () => {
      const port = await world.start();
      const stranger = await sender({ group_by: ["namespace"], ...webhook(port, "guessed") });
      await stranger.post(crashing(one));
      await eventually(
        async () =>
          (await stranger.measured("alertmanager_notifications_failed_total", "webhook")) > 0 ? true : undefined,
        20 * seconds,
      );
      expect([await world.waiting(), (await world.cards()).length]).toEqual([0, 0]);
      const known = await sender({ group_by: ["namespace"], ...webhook(port) });
      await known.post(crashing(one));
      await eventually(async () => ((await world.cards()).length === 1 ? true : undefined), 20 * seconds);
    },
    120 * seconds,
  );

  it(
    "tries again what we could not take while Redis was away: exactly one card",
    async () => {
      const port = await world.start();
      const each = await sender({ group_by: ["namespace"], ...webhook(port) });
      await world.redis.kill();
      await each.post(crashing(one), crashing(other));
      await eventually(
        async () =>
          (await each.measured("alertmanager_notification_requests_failed_total", "webhook")) > 0 ? true : undefined,
        20 * seconds,
      );
      await world.redis.start();
      await shows("and 1 more alert of the same cause");
      expect(await world.cards()).toHaveLength(1);
      expect(await world.waiting()).toBe(1);
    },
    120 * seconds,
  );
});

it(
  "a storm of 1,200 alerts in one group, more than one delivery may hold, is taken as far as max_alerts lets it",
  async () => {
    const port = await world.start();
    const each = await sender({ group_by: ["namespace"], ...webhook(port) });
    const storm = Array.from({ length: 1_200 }, (_, at) => crashing(`app-${at}-7d9f8c6b5-x4k2p`));
    await each.post(...storm);
    await eventually(async () => ((await world.cards()).length === 4 ? true : undefined), 30 * seconds);
    expect(await each.measured("alertmanager_notifications_failed_total", "webhook")).toBe(0);
    expect(await world.waiting()).toBe(4);
  },
  120 * seconds,
);

describe("Alertmanager's Slack receiver, by its default template", () => {
  it.each([["namespace"], ["alertname"], ["alertname,namespace"], ["alertname,namespace,pod"]])(
    "grouped by %s: the card is resolved when the group is, whatever its messages named meanwhile",
    async (names) => {
      await world.start();
      const each = await sender({ group_by: names.split(","), ...slack() });
      await each.post(crashing(one));
      await eventually(async () => ((await world.cards()).length === 1 ? true : undefined), 20 * seconds);
      await shows("For alert KubePodCrashLooping");
      await shows("deploy/checkout");
      const before = (await posts()).length;
      await each.post(crashing(one), crashing(other));
      await eventually(async () => ((await posts()).length > before ? true : undefined), 20 * seconds);
      await each.post(ended(crashing(one)), ended(crashing(other)));
      await shows("The alert was resolved");
      expect(await world.cards()).toHaveLength(1);
      expect(await world.waiting()).toBe(1);
    },
    120 * seconds,
  );

  it(
    "and its webhook under one receiver: the webhook's end is the end of both, even where Slack is never told",
    async () => {
      const port = await world.start();
      const quiet = slack({ send_resolved: false });
      const each = await sender({ group_by: ["alertname", "namespace"], ...quiet, ...webhook(port) });
      await each.post(crashing(one));
      await eventually(async () => ((await posts()).length === 1 ? true : undefined), 20 * seconds);
      await eventually(async () => ((await world.cards()).length === 1 ? true : undefined), 20 * seconds);
      await shows("and 1 more alert");
      await each.post(ended(crashing(one)));
      await shows("The alert was resolved");
      expect(await world.cards()).toHaveLength(1);
    },
    120 * seconds,
  );
});
