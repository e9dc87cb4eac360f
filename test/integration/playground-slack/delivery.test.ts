import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import pkg, { type App as BoltApp } from "@slack/bolt";
import type { LocalSlack } from "../../../src/playground/slack/index.js";
import { decisionBlocks } from "./cards.js";
import { control, eventually, socketApp, startSlack } from "./local-slack.js";

const { App, HTTPReceiver, LogLevel } = pkg;
const post = (slack: LocalSlack, text = "hello") =>
  control(slack, "POST", "messages", { channel: "sre", user: "ana", text });
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("Socket Mode deliveries", () => {
  let slack: LocalSlack;
  const apps: BoltApp[] = [];
  const start = async (prepare: (app: BoltApp, at: number) => void) => {
    const app = socketApp(slack);
    prepare(app, apps.push(app));
    await app.start();
    return app;
  };
  beforeEach(async () => {
    slack = await startSlack();
  });
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()));
    await slack.close();
  });

  it("go to one of two connections each", async () => {
    const seen: string[] = [];
    for (const name of ["one", "two"])
      await start((app) => {
        app.command("/kubeclaw", async ({ ack, command }) => {
          seen.push(`${name} ${command.text}`);
          await ack();
        });
      });
    for (let at = 0; at < 40; at += 1)
      await control(slack, "POST", "commands", { channel: "sre", user: "ana", command: "/kubeclaw", text: `${at}` });
    expect(seen).toHaveLength(40);
    expect(new Set(seen.map((line) => line.split(" ")[1]))).toHaveProperty("size", 40);
    expect(new Set(seen.map((line) => line.split(" ")[0]))).toEqual(new Set(["one", "two"]));
  });

  it("come again when an event is not acknowledged, at most three times", async () => {
    const retries: (number | undefined)[] = [];
    const client = await rawConnection(slack, (frame, socket) => {
      retries.push(frame["retry_attempt"] as number);
      if (retries.length === 4) socket.send(JSON.stringify({ envelope_id: frame["envelope_id"] }));
    });
    await post(slack);
    await eventually(() => (retries.length === 4 ? retries : undefined));
    await pause(400);
    expect(retries).toEqual([0, 1, 2, 3]);
    client.close();
  });

  it("stop when an event was acknowledged", async () => {
    const seen: unknown[] = [];
    const client = await rawConnection(slack, (frame, socket) => {
      seen.push(frame);
      socket.send(JSON.stringify({ envelope_id: frame["envelope_id"] }));
    });
    await post(slack);
    await pause(500);
    expect(seen).toHaveLength(1);
    client.close();
  });

  it("of commands are tried once: the person hears of a timeout, or of nobody being there", async () => {
    const command = () =>
      control(slack, "POST", "commands", { channel: "sre", user: "ana", command: "/kubeclaw", text: "" });
    expect((await command()).body).toMatchObject({ ok: false, ack: null, error: "dispatch_failed" });
    const seen: unknown[] = [];
    const client = await rawConnection(slack, (frame) => seen.push(frame));
    expect((await command()).body).toMatchObject({ ok: false, ack: null, error: "operation_timeout" });
    expect(seen).toHaveLength(1);
    client.close();
  });

  it("can be repeated by hand, with the same event id", async () => {
    const ids: (string | undefined)[] = [];
    await start((app) => {
      app.message(({ body }) => Promise.resolve(void ids.push(body.event_id)));
    });
    const { body } = await post(slack);
    await eventually(() => (ids.length === 1 ? ids : undefined));
    const [event_id] = body["event_ids"] as string[];
    await control(slack, "POST", "redeliver", { event_id, times: 2 });
    await control(slack, "POST", "redeliver", { last: 1, times: 1 });
    await eventually(() => (ids.length === 4 ? ids : undefined));
    expect(new Set(ids)).toEqual(new Set([event_id]));
    expect(await control(slack, "POST", "redeliver", { event_id: "EvNONE", times: 1 })).toMatchObject({ status: 404 });
  });

  it("go on after Slack recycled the connection", async () => {
    const app = await start((each) => {
      each.command("/kubeclaw", ({ ack }) => ack("here"));
    });
    await control(slack, "POST", "faults", { disconnect: true });
    const run = () =>
      control(slack, "POST", "commands", { channel: "sre", user: "ana", command: "/kubeclaw", text: "" });
    expect((await run()).body).toMatchObject({ ok: false });
    expect(app).toBeDefined();
    // Bolt waits five seconds before it connects again.
    await pause(5_200);
    expect(await eventually(async () => ((await run()).body.ok === true ? true : undefined))).toBe(true);
  }, 15_000);
});

/** A client of three lines, for acknowledgements that Bolt would not leave out. */
async function rawConnection(
  slack: LocalSlack,
  onEnvelope: (frame: Record<string, unknown>, socket: WebSocket) => void,
): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${slack.credentials.appToken}` };
  const opened = (await (await fetch(`${slack.apiUrl}apps.connections.open`, { method: "POST", headers })).json()) as {
    url: string;
  };
  const { WebSocket } = await import("undici");
  const socket = new WebSocket(opened.url) as unknown as globalThis.WebSocket;
  return new Promise((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      const frame = JSON.parse(String(data)) as Record<string, unknown>;
      if (frame["type"] === "hello") {
        expect(frame).toMatchObject({ num_connections: 1, connection_info: { app_id: "A0KUBECLAW" }, debug_info: {} });
        resolve(socket);
      } else onEnvelope(frame, socket);
    });
  });
}

describe("signed HTTP deliveries", () => {
  let slack: LocalSlack;
  let app: BoltApp;

  beforeEach(async () => {
    slack = await startSlack();
    const receiver = new HTTPReceiver({ signingSecret: slack.credentials.signingSecret, logLevel: LogLevel.ERROR });
    app = new App({
      token: slack.credentials.botToken,
      receiver,
      convoStore: false,
      logLevel: LogLevel.ERROR,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    const server = await app.start(0);
    const address = server.address();
    const port = typeof address === "object" && address !== null && "port" in address ? address.port : 0;
    slack.setDelivery({ mode: "http", url: `http://127.0.0.1:${port}/slack/events` });
  });
  afterEach(async () => {
    await app.stop();
    await slack.close();
  });

  it("pass Bolt's signature check: a command, a click and an event", async () => {
    const seen: string[] = [];
    app.command("/kubeclaw", ({ ack, command }) => ack({ text: `Looking at ${command.text}` }));
    app.action("approve", async ({ ack, body }) => {
      seen.push(body.user.id);
      await ack();
    });
    app.message(({ message }) => Promise.resolve(void seen.push(message.type)));
    const command = { channel: "sre", user: "ana", command: "/kubeclaw", text: "a&b=c ü" };
    expect((await control(slack, "POST", "commands", command)).body).toMatchObject({
      ok: true,
      ack: { text: "Looking at a&amp;b=c ü" },
    });
    const { ts } = await app.client.chat.postMessage({ channel: "C0SRE", text: "x", blocks: decisionBlocks });
    await control(slack, "POST", "actions", { channel: "sre", message_ts: ts, user: "li", action_id: "approve" });
    await post(slack);
    await eventually(() => (seen.length === 2 ? seen : undefined));
    expect(seen).toEqual(["U0LI", "message"]);
  });

  it("ask the URL for its challenge first, then come again with Slack's headers until it says to stop", async () => {
    const requests: { type: unknown; retry: string }[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const { type, challenge } = JSON.parse(body) as { type: string; challenge?: string };
        const { "x-slack-retry-num": num = "", "x-slack-retry-reason": reason = "" } = request.headers;
        requests.push({ type, retry: `${String(num)} ${String(reason)}`.trim() });
        if (type === "url_verification") return response.end(challenge);
        return response.writeHead(500, requests.length === 4 ? { "x-slack-no-retry": "1" } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    slack.setDelivery({ mode: "http", url: `http://127.0.0.1:${port}/` });
    await post(slack);
    await eventually(() => (requests.length === 4 ? requests : undefined));
    await pause(200);
    server.close();
    server.closeAllConnections();
    expect(requests).toEqual([
      { type: "url_verification", retry: "" },
      { type: "event_callback", retry: "" },
      { type: "event_callback", retry: "1 http_error" },
      { type: "event_callback", retry: "2 http_error" },
    ]);
  });

  it("tell the person that nobody answered when the URL is dead", async () => {
    slack.setDelivery({ mode: "http", url: "http://127.0.0.1:9/slack/events" });
    const { body } = await control(slack, "POST", "commands", {
      channel: "sre",
      user: "ana",
      command: "/kubeclaw",
      text: "",
    });
    expect(body).toMatchObject({ ok: false, error: "dispatch_failed" });
  });
});
