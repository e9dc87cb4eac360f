import { connect } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { WebSocketServer, type WebSocket } from "ws";
import { BotProcess } from "./bot-process.js";
import { callWebhook } from "./bot-world.js";
import { type FaultWorld, startFaultWorld } from "./fault-world.js";
import { control, eventually } from "./playground-slack/local-slack.js";
import { SlackApiProxy } from "./slack-api-proxy.js";
import { anAlertEvent } from "./slack-delivery.js";

const seconds = 1_000;
let world: FaultWorld;
let bots: BotProcess[] = [];

beforeAll(async () => {
  world = await startFaultWorld();
});
afterEach(async () => {
  for (const bot of bots) await bot.kill();
  bots = [];
});
afterAll(async () => {
  await world.close();
}, 30 * seconds);

async function aBot(over: Record<string, string> = {}): Promise<{ bot: BotProcess; port: number }> {
  const environment = await world.settings({ LOG_LEVEL: "info", ...over });
  const bot = await BotProcess.start(environment);
  bots.push(bot);
  return { bot, port: Number(environment["PORT"]) };
}

describe("frames of Socket Mode that are none of Slack's", () => {
  it(
    "are acknowledged where they can be, counted and dropped; the next command is answered",
    async () => {
      const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      const api = await SlackApiProxy.start(world.slack.apiUrl);
      const { port: socketPort } = server.address() as { port: number };
      api.instead = (method) =>
        method === "apps.connections.open" ? { ok: true, url: `ws://127.0.0.1:${socketPort}/` } : undefined;
      const acknowledged: { envelope_id: string; payload?: { text?: string } }[] = [];
      const connected = new Promise<WebSocket>((resolve) => {
        server.on("connection", (socket) => {
          socket.on("message", (data: Buffer) => acknowledged.push(JSON.parse(data.toString()) as never));
          socket.send(JSON.stringify({ type: "hello", num_connections: 1, connection_info: { app_id: "A0KUBECLAW" } }));
          resolve(socket);
        });
      });
      try {
        const { bot, port } = await aBot({ SLACK_API_URL: api.url });
        const socket = await connected;
        const { appId, teamId } = world.slack.credentials;
        const frames: unknown[] = [
          null,
          42,
          "x",
          [],
          {},
          { type: "events_api" },
          { type: "interactive", payload: {} },
          { type: "error", envelope_id: "E-error", payload: {} },
          { type: "ws_message", envelope_id: "E-inner", payload: {} },
          { type: "disconnected", envelope_id: "E-state", payload: {} },
          { type: "events_api", envelope_id: "E-none" },
          { type: "events_api", envelope_id: "E-null", payload: null },
          { type: "events_api", envelope_id: "E-text", payload: "x" },
          { type: "events_api", envelope_id: "E-list", payload: [] },
          { type: "events_api", envelope_id: "E-eventless", payload: { type: "event_callback" } },
          { type: "slash_commands", envelope_id: "E-bare" },
        ];
        for (const frame of frames) socket.send(JSON.stringify(frame));
        socket.send("not JSON {");
        socket.send(Buffer.from([0, 255, 1]));
        const command = {
          command: "/kubeclaw",
          text: "help",
          trigger_id: "9.9",
          channel_id: "C0SRE",
          user_id: "U0ANA",
        };
        const deliver = (envelope_id: string, over: object) => {
          const payload = { api_app_id: appId, team_id: teamId, ...command, ...over };
          socket.send(JSON.stringify({ type: "slash_commands", envelope_id, payload, accepts_response_payload: true }));
        };
        deliver("E-foreign", { api_app_id: "A0OTHER" });
        deliver("E-good", {});
        await eventually(
          () => (acknowledged.some(({ envelope_id: id }) => id === "E-good") ? true : undefined),
          10 * seconds,
        );
        const answers = new Map(acknowledged.map(({ envelope_id: id, payload }) => [id, payload]));
        expect(answers.get("E-good")?.text).toContain("/kubeclaw investigate");
        expect(answers.get("E-foreign")?.text).toBeUndefined();
        const withId = frames.flatMap((frame) => (frame as { envelope_id?: string } | null)?.envelope_id ?? []);
        for (const id of withId) expect([...answers.keys()]).toContain(id);
        const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
        expect(metrics).toMatch(/kind="envelope",result="empty"\} (1\d|2\d)/);
        expect(bot.running).toBe(true);
      } finally {
        for (const client of server.clients) client.terminate();
        server.close();
        await api.close();
      }
    },
    60 * seconds,
  );

  it(
    "a connection that Slack drops before the acknowledgement loses nothing: one investigation, one card",
    async () => {
      await aBot({ REDIS_URL: world.proxy.url });
      world.proxy.delayMs = 150;
      const before = await world.waiting();
      await control(world.slack, "POST", "messages", {
        channel: "alerts",
        user: "Alertmanager",
        bot: "Alertmanager",
        text: "",
        attachments: anAlertEvent("", "dropped").attachments,
      });
      await new Promise((resolve) => setTimeout(resolve, 250));
      await control(world.slack, "POST", "faults", { disconnect: true });
      await eventually(async () => ((await world.cards()).length > 0 ? true : undefined), 20 * seconds);
      world.proxy.delayMs = 0;
      expect([(await world.cards()).length, (await world.waiting()) - before]).toEqual([1, 1]);
    },
    60 * seconds,
  );
});

/** A request that no client library would send. @returns the first line of the answer, or "" where there is none. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (piece) => (answer += piece.toString()));
    for (const event of ["close", "error"])
      socket.on(event, () => {
        resolve(answer.split("\r\n")[0] ?? "");
      });
    setTimeout(() => socket.destroy(), 700);
  });
}

describe.each(["socket", "http"])("the port of a bot in %s mode", (mode) => {
  it(
    "survives requests that are none, and goes on",
    async () => {
      const { bot, port } = await aBot({ KUBECLAW_SLACK_MODE: mode });
      const rest = "Host: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      await Promise.all(
        [
          "GET //",
          "GET ///[",
          "POST //",
          "GET /%E0%A4%A",
          "GET http://[",
          "POST /webhooks/%00",
          "BREW /slack/events",
          "GET \u0001",
        ].map((line) => sendRaw(port, `${line} HTTP/1.1\r\n${rest}`)),
      );
      await sendRaw(port, `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${rest}`);
      const { deliveries } = world;
      expect(bot.output).not.toContain("unhandled");
      if (mode === "http") {
        const form = "application/x-www-form-urlencoded";
        const bodies: [string, string][] = [
          ["application/json", "{"],
          ["application/json", "null"],
          ["application/json", "[]"],
          ["application/json", '"x"'],
          ["application/json", '{"type":"event_callback"}'],
          ["application/json", "[".repeat(50_000)],
          [form, "payload=%7B"],
          [form, "payload=null"],
          [form, "payload=%5B%5D"],
          [form, ""],
          ["text/plain", "\u0000\u0001"],
          [form, `command=/kubeclaw&text=${"x".repeat(2_000_000)}`],
        ];
        for (const [type, body] of bodies) {
          const { status } = await deliveries.raw(port, type, body);
          expect([body.slice(0, 40), status >= 200, bot.output.includes("unhandled")]).toEqual([
            body.slice(0, 40),
            true,
            false,
          ]);
        }
        expect((await fetch(`http://127.0.0.1:${port}/slack/events`, { method: "POST", body: "{}" })).status).toBe(401);
        expect((await deliveries.command(port, "help")).body["text"]).toContain("/kubeclaw investigate");
      }
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
      expect(bot.running).toBe(true);
    },
    60 * seconds,
  );
});

describe("a webhook that is malformed", () => {
  it(
    "is told the field and the fix, one message each, and changes nothing",
    async () => {
      const { port } = await aBot({ KUBECLAW_SLACK_MODE: "http" });
      const before = await world.waiting();
      const cases: [source: string, body: unknown, field: string][] = [
        ["alertmanager", {}, "version"],
        ["alertmanager", { version: "4" }, "alerts"],
        ["alertmanager", { version: "4", alerts: [{ status: "on fire", labels: {} }] }, "alerts.0.status"],
        ["alertmanager", { version: "4", alerts: [{ status: "firing", labels: { a: 1 } }] }, "alerts.0.labels.a"],
        ["generic", { title: "x", namespace: "UPPER CASE" }, "namespace"],
        ["generic", { title: "x", namespaec: "shop" }, "namespaec"],
        ["generic", { title: "x", startsAt: "yesterday" }, "startsAt"],
        ["generic", { title: "" }, "title"],
        ["generic", null, ""],
        ["pagerduty", { event: { event_type: 7 } }, "event.event_type"],
        ["grafana", [], ""],
        ["generic", "not JSON {", ""],
        ["generic", "[".repeat(100_000), ""],
      ];
      for (const [source, body, field] of cases) {
        const answer = await callWebhook(port, source, body);
        const error = answer.body["error"] as { field?: string; message: string };
        expect([source, answer.status, error.field ?? ""]).toEqual([source, 422, field]);
        expect(error.message.length).toBeGreaterThan(5);
      }
      expect(await world.waiting()).toBe(before);
    },
    60 * seconds,
  );
});
