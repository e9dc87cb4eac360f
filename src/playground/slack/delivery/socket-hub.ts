import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import * as z from "zod";
import { mintSecret, type JsonObject } from "../state/ids.js";
import type { App } from "../state/workspace.js";
import type { Outcome, Outgoing, Transport } from "./outgoing.js";

const ticketLifetimeMs = 30_000;
const pingIntervalMs = 5_000;
const maxConnections = 10;
const closeHandshakeMs = 500;

const Frame = z.object({ envelope_id: z.string(), payload: z.record(z.string(), z.unknown()).optional() });

interface Connection {
  appId: string;
  socket: WebSocket;
  /** Envelopes sent over this connection and not acknowledged yet. */
  waiting: Map<string, (answer: JsonObject | null | "closed") => void>;
}

/**
 * The Socket Mode side (docs.slack.dev, apis/events-api/using-socket-mode): tickets, hello, envelopes to one of an
 * app's connections at random, acknowledgements, pings, disconnects.
 */
export class SocketHub implements Transport {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, { appId: string; at: number }>();
  readonly #connections = new Set<Connection>();
  readonly #pings: NodeJS.Timeout;

  constructor(
    private readonly timeoutMs: number,
    private readonly tell: () => void,
  ) {
    this.#pings = setInterval(() => {
      for (const { socket } of this.#connections) socket.ping("Ping from the local Slack");
    }, pingIntervalMs);
    this.#pings.unref();
  }

  /** Serves the upgrades of one HTTP server; everything but `/link/?ticket=…` is refused. */
  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url ?? "/", "http://local");
      const ticket = url.searchParams.get("ticket") ?? "";
      const issued = this.#tickets.get(ticket);
      this.#tickets.delete(ticket);
      if (url.pathname !== "/link/" || issued === undefined || Date.now() - issued.at > ticketLifetimeMs) {
        socket.end("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (connected) => {
        this.#welcome(issued.appId, connected);
      });
    });
  }

  /** A single-use ticket, or `too_many_websockets` when the app holds ten connections already. */
  issueTicket(appId: string): { ticket: string } | "too_many_websockets" {
    if (this.count(appId) >= maxConnections) return "too_many_websockets";
    const ticket = mintSecret();
    this.#tickets.set(ticket, { appId, at: Date.now() });
    return { ticket };
  }

  count(appId: string): number {
    return this.#of(appId).length;
  }

  #of(appId: string): Connection[] {
    return [...this.#connections].filter((connection) => connection.appId === appId);
  }

  #welcome(appId: string, socket: WebSocket): void {
    const connection: Connection = { appId, socket, waiting: new Map() };
    this.#connections.add(connection);
    socket.on("message", (frame: Buffer) => {
      this.#acknowledge(connection, frame.toString());
    });
    socket.on("error", () => {
      socket.terminate();
    });
    socket.on("close", () => {
      this.#connections.delete(connection);
      for (const settle of connection.waiting.values()) settle("closed");
      this.tell();
    });
    this.#send(socket, {
      type: "hello",
      num_connections: this.count(appId),
      debug_info: { host: "applink-local", build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: appId },
    });
    this.tell();
  }

  #send(socket: WebSocket, message: JsonObject): void {
    socket.send(JSON.stringify(message));
  }

  #acknowledge(connection: Connection, text: string): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      return;
    }
    const parsed = Frame.safeParse(frame);
    if (!parsed.success) return;
    const { envelope_id, payload } = parsed.data;
    const bare = payload === undefined || Object.keys(payload).length === 0;
    connection.waiting.get(envelope_id)?.(bare ? null : payload);
  }

  deliver(app: App, outgoing: Outgoing): Promise<Outcome> {
    const open = this.#of(app.id).filter(({ socket }) => socket.readyState === socket.OPEN);
    const connection = open[Math.floor(Math.random() * open.length)];
    if (connection === undefined) return Promise.resolve({ acked: false, reason: "not_connected", ms: 0 });
    const started = performance.now();
    const envelopeId = randomUUID();
    const { type, payload, retry } = outgoing;
    return new Promise((resolve) => {
      const settle = (
        outcome: { acked: true; answer: JsonObject | null } | { acked: false; reason: "timeout" | "connection_failed" },
      ) => {
        clearTimeout(timer);
        connection.waiting.delete(envelopeId);
        resolve({ ...outcome, ms: performance.now() - started });
      };
      const timer = setTimeout(() => {
        settle({ acked: false, reason: "timeout" });
      }, this.timeoutMs);
      connection.waiting.set(envelopeId, (answer) => {
        settle(answer === "closed" ? { acked: false, reason: "connection_failed" } : { acked: true, answer });
      });
      this.#send(connection.socket, {
        envelope_id: envelopeId,
        payload,
        type,
        accepts_response_payload: type !== "events_api",
        ...(type === "events_api" ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? "" } : {}),
      });
    });
  }

  /** Tells every connection to go, as Slack does when it recycles a host, and closes it. */
  disconnect(reason: "refresh_requested" | "warning" | "link_disabled" = "refresh_requested"): void {
    for (const { socket } of this.#connections) {
      this.#send(socket, { type: "disconnect", reason, debug_info: { host: "applink-local" } });
      socket.close(1000);
    }
  }

  /** Closes every connection with the handshake, and cuts those that do not answer it. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    await Promise.all(
      [...this.#connections].map(async ({ socket }) => {
        const closed = once(socket, "close", { signal: AbortSignal.timeout(closeHandshakeMs) });
        socket.close(1001);
        await closed.catch(() => {
          socket.terminate();
        });
      }),
    );
    this.#server.close();
  }
}
