import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { anAlertmanagerBody, aWebhookAlert, signatureOf } from "../builders/webhook.js";
import { type BotWorld, callWebhook, startBotWorld } from "./bot-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";

const seconds = 1_000;
const names = ["KubePodCrashLooping", "KubePodNotReady", "HighErrorRate", "KubeDeploymentReplicasMismatch"];
const letters = "bcdfghjklmnpqrstvwxz2456789";
/** The name of the n-th pod of checkout, over two ReplicaSets. */
const podOf = (at: number) =>
  `checkout-${at % 2 === 0 ? "7d9f8c6b5" : "5c5c5c5c5c"}-x4k${letters[at % 27] ?? ""}${letters[Math.floor(at / 27) % 27] ?? ""}`;

let world: BotWorld;
beforeEach(async () => {
  world = await startBotWorld();
});
afterEach(async () => {
  await world.close();
}, 30 * seconds);

const shown = async () => JSON.stringify((await world.cards())[0]?.blocks ?? []);

describe("300 alerts of one cause, over two replicas", () => {
  it(
    "posted in Slack and sent to both webhooks, are one card and one request",
    async () => {
      const ports = [await world.start(), await world.start()];
      const half = Array.from({ length: 150 }, (_, at) => at);
      await Promise.all([
        ...half.map((at) =>
          world.postAlert(`[FIRING:1] ${names[at % 4] ?? ""} shop`, `*namespace:* shop\n*pod:* ${podOf(at)}`),
        ),
        ...half.map((at) =>
          callWebhook(
            ports[at % 2] ?? 0,
            "alertmanager",
            anAlertmanagerBody(
              aWebhookAlert(
                { alertname: names[at % 4] ?? "", deployment: "", pod: podOf(at + 150) },
                { fingerprint: `f${at}` },
              ),
            ),
          ),
        ),
      ]);
      await eventually(
        async () => ((await shown()).includes("and 299 more alerts of the same cause") ? true : undefined),
        30 * seconds,
      );
      expect(await world.cards()).toHaveLength(1);
      expect(await world.waiting()).toBe(1);
      expect(await world.audited()).toMatchObject({ "delivery.accepted": 1, "delivery.duplicate": 299 });
      const { calls } = (await control(world.slack, "GET", "calls?method=chat.update")).body as { calls: unknown[] };
      expect(calls.length).toBeLessThan(20);
    },
    90 * seconds,
  );

  it(
    "of forty workloads in one namespace, are a few cards and one for the namespace",
    async () => {
      const ports = [await world.start(), await world.start()];
      await Promise.all(
        Array.from({ length: 120 }, (_, at) =>
          callWebhook(
            ports[at % 2] ?? 0,
            "alertmanager",
            anAlertmanagerBody(aWebhookAlert({ deployment: `app-${at % 40}` }, { fingerprint: `f${at}` })),
          ),
        ),
      );
      await eventually(async () => ((await world.cards()).length === 4 ? true : undefined), 10 * seconds);
      expect(await world.waiting()).toBe(4);
    },
    60 * seconds,
  );
});

it(
  "an alert that names no workload belongs to what its namespace is being looked at for",
  async () => {
    const port = await world.start();
    const first = await callWebhook(port, "alertmanager", anAlertmanagerBody());
    const vague = aWebhookAlert({ alertname: "HighErrorRate", deployment: "" }, { fingerprint: "v" });
    const second = await callWebhook(port, "alertmanager", anAlertmanagerBody(vague));
    expect(second.body).toEqual({ accepted: 0, duplicates: 1, runs: first.body["runs"] });
  },
  30 * seconds,
);

describe("resolved", () => {
  it(
    "edits the card when the last alert of it is, and an alert that fires again opens it again",
    async () => {
      const port = await world.start();
      const [one, other] = [aWebhookAlert(), aWebhookAlert({ alertname: "HighErrorRate" }, { fingerprint: "b" })];
      await callWebhook(port, "alertmanager", anAlertmanagerBody(one, other));
      await callWebhook(port, "alertmanager", anAlertmanagerBody({ ...one, status: "resolved" }));
      await eventually(async () => ((await shown()).includes("and 1 more alert") ? true : undefined), 10 * seconds);
      expect(await shown()).not.toContain("was resolved");
      await callWebhook(port, "alertmanager", anAlertmanagerBody({ ...other, status: "resolved" }));
      await eventually(
        async () => ((await shown()).includes("The alert was resolved") ? true : undefined),
        10 * seconds,
      );
      await callWebhook(port, "alertmanager", anAlertmanagerBody(one));
      await eventually(async () => ((await shown()).includes("was resolved") ? undefined : true), 10 * seconds);
    },
    60 * seconds,
  );
});

describe("the door", () => {
  it.each(["socket", "http"] as const)(
    "answers as the contract says, over %s",
    async (mode) => {
      const port = await world.start({ KUBECLAW_SLACK_MODE: mode });
      const body = JSON.stringify(anAlertmanagerBody());
      const { timestamp, signature } = signatureOf(body, new Date());
      const signed = { "x-kubeclaw-timestamp": timestamp, "x-kubeclaw-signature": signature };
      const first = await callWebhook(port, "alertmanager", body, signed);
      expect(first).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
      const again = await callWebhook(port, "alertmanager", body, signed);
      expect(again).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1, runs: first.body["runs"] } });
      expect(await callWebhook(port, "alertmanager", body, {})).toMatchObject({ status: 401 });
      expect(await callWebhook(port, "generic", { title: "x", object: "checkout" })).toMatchObject({
        status: 422,
        body: { error: { field: "object" } },
      });
      const large = JSON.stringify({ title: "x".repeat(1024 * 1024) });
      expect(await callWebhook(port, "generic", large)).toMatchObject({ status: 413 });
      const get = await fetch(`http://127.0.0.1:${port}/webhooks/generic`);
      expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
      expect((await fetch(`http://127.0.0.1:${port}/webhooks/other`, { method: "POST" })).status).toBe(404);
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
      expect(await world.waiting()).toBe(1);
    },
    30 * seconds,
  );

  it(
    "stops reading at the limit, whatever length was announced",
    async () => {
      const port = await world.start();
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const headers = { "content-type": "application/json", authorization: "Bearer token-of-the-sender" };
        const call = request({ port, path: "/webhooks/generic", method: "POST", headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
          call.destroy();
        });
        call.on("error", reject);
        // No length is announced, and the end never comes.
        for (let sent = 0; sent < 20; sent += 1) call.write("x".repeat(64 * 1024));
      });
      expect(status).toBe(413);
    },
    30 * seconds,
  );

  it(
    "is not there without a secret or a token",
    async () => {
      const port = await world.start({ KUBECLAW_WEBHOOK_TOKEN: "", KUBECLAW_WEBHOOK_SECRET: "" });
      for (const source of ["alertmanager", "grafana", "pagerduty", "generic"]) {
        const { status } = await fetch(`http://127.0.0.1:${port}/webhooks/${source}`, { method: "POST" });
        expect(status).toBe(404);
      }
    },
    30 * seconds,
  );

  it(
    "says within a second that it cannot take anything while Redis is away, and takes it afterwards",
    async () => {
      const port = await world.start();
      await world.redis.kill();
      const away = await callWebhook(port, "alertmanager", anAlertmanagerBody());
      expect(away.status).toBe(503);
      expect(away.ms).toBeLessThan(1_000);
      await world.redis.start();
      await eventually(async () => {
        const { status, body } = await callWebhook(port, "alertmanager", anAlertmanagerBody());
        return status === 202 ? body : undefined;
      }, 10 * seconds);
      expect(await world.waiting()).toBe(1);
    },
    40 * seconds,
  );
});

it(
  "the bot's own messages are never taken for alerts, and neither is a person's",
  async () => {
    await world.start();
    const { botToken } = world.slack.credentials;
    const text = "[FIRING:1] KubePodNotReady shop";
    await fetch(`${world.slack.apiUrl}chat.postMessage`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${botToken}` },
      body: JSON.stringify({
        channel: "C0ALERTS",
        text,
        attachments: [{ title: text, text: "namespace: shop\ndeployment: checkout" }],
      }),
    });
    await control(world.slack, "POST", "messages", { channel: "alerts", user: "ana", text });
    await world.postAlert("[FIRING:1] X shop", "*deployment:* cart");
    await eventually(async () => ((await world.cards()).length === 1 ? true : undefined));
    expect(await world.waiting()).toBe(1);
  },
  30 * seconds,
);
