import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import formBody from "@fastify/formbody";
import fastify from "fastify";
import { refuseForeignPages } from "./control/refuse-foreign-pages.js";
import { registerControl } from "./control/register-control.js";
import { registerPage } from "./control/register-page.js";
import { defaultTiming, Dispatcher, type DeliveryTiming } from "./delivery/dispatcher.js";
import { HttpDelivery } from "./delivery/http-delivery.js";
import { sendMessageEvents } from "./delivery/send-events.js";
import { SocketHub } from "./delivery/socket-hub.js";
import { GestureRefusal, type Gestures } from "./people/person.js";
import { Workspace } from "./state/workspace.js";
import { CallLog } from "./web-api/call-log.js";
import { FaultPlan } from "./web-api/fault-plan.js";
import { SlackRefusal } from "./web-api/method.js";
import { registerIncomingWebhooks } from "./web-api/register-incoming-webhooks.js";
import { registerResponseUrls } from "./web-api/register-response-urls.js";
import { registerWebApi } from "./web-api/register-web-api.js";
import type { World } from "./world.js";

export { parseWorld, WorldError } from "./parse-world.js";
export { World } from "./world.js";
export type { DeliveryTiming } from "./delivery/dispatcher.js";

/** How payloads reach the app: over its Socket Mode connections, or as signed POSTs to one request URL. */
export type DeliveryMode = { mode: "socket" } | { mode: "http"; url: string };

export interface LocalSlackOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  host?: string;
  world: World;
  delivery?: DeliveryMode;
  /** What `GET /playground/healthz` answers; true by default. */
  ready?: () => Promise<boolean> | boolean;
  /** Where `index.html`, `page.css` and the compiled `page.js` lie. */
  pageDirectory?: string;
  timing?: DeliveryTiming;
}

export interface LocalSlack {
  url: string;
  /** For `SLACK_API_URL`; ends in `/api/`. */
  apiUrl: string;
  page: string;
  /** Those of the first app of the world. */
  credentials: {
    botToken: string;
    appToken: string;
    signingSecret: string;
    appId: string;
    teamId: string;
    botUserId: string;
  };
  setDelivery(delivery: DeliveryMode): void;
  close(): Promise<void>;
}

const bodyLimit = 4 * 1024 * 1024;

/**
 * Starts a stand-in for Slack: Web API, Socket Mode, signed HTTP, a page for people and calls for scripts, all on one
 * port. It keeps everything in memory. Rejects when the port is taken.
 */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const { port = 0, host = "127.0.0.1", timing = defaultTiming, ready = () => true } = options;
  const pageDirectory = options.pageDirectory ?? fileURLToPath(new URL("./page", import.meta.url));
  const workspace = new Workspace(options.world);
  const [app] = workspace.apps;
  if (app === undefined) throw new Error("a world needs an app");
  const sockets = new SocketHub(timing.ackTimeoutMs, () => {
    workspace.notify({ kind: "connections" });
  });
  const transportFor = (delivery: DeliveryMode) =>
    delivery.mode === "socket" ? sockets : new HttpDelivery(delivery.url, timing.ackTimeoutMs);
  const dispatcher = new Dispatcher(transportFor(options.delivery ?? { mode: "socket" }), timing);
  workspace.events.setMaxListeners(0);
  workspace.events.on("message", (change) => {
    sendMessageEvents(workspace, dispatcher, change);
  });

  let url = "";
  const gestures = (): Gestures => ({ workspace, dispatcher, url });
  const webApi = {
    context: () => ({ workspace, sockets, url, wsUrl: url.replace(/^http/, "ws") }),
    faults: new FaultPlan(),
    calls: new CallLog(),
  };
  const server = fastify({ bodyLimit, forceCloseConnections: true });
  server.setErrorHandler((error, _, reply) => {
    if (error instanceof GestureRefusal)
      return reply.code(error.status).send({ ok: false, error: { field: error.field, message: error.message } });
    if (error instanceof SlackRefusal)
      return reply.code(422).send({ ok: false, error: { field: "", message: error.code, ...error.detail } });
    return reply.send(error);
  });
  refuseForeignPages(server, host);
  await server.register(formBody, { bodyLimit });
  registerWebApi(server, webApi);
  registerResponseUrls(server, webApi);
  registerIncomingWebhooks(server, gestures);
  registerControl(server, { gestures, sockets, ready, ...webApi });
  registerPage(server, pageDirectory, workspace, sockets);
  sockets.attach(server.server);
  await server.listen({ port, host });
  const { port: bound } = server.server.address() as AddressInfo;
  url = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;

  return {
    url,
    apiUrl: `${url}/api/`,
    page: `${url}/`,
    credentials: {
      botToken: app.botToken,
      appToken: app.appToken,
      signingSecret: app.signingSecret,
      appId: app.id,
      teamId: workspace.world.team.id,
      botUserId: app.botUser,
    },
    setDelivery(delivery) {
      dispatcher.transport = transportFor(delivery);
    },
    async close() {
      dispatcher.close();
      await sockets.close();
      await server.close();
    },
  };
}
