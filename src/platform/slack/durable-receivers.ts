import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import bolt from "@slack/bolt";
import type { ReceiverEvent } from "@slack/bolt";
import { at, textAt } from "../../domain/kubernetes-object.js";

/** How long a leaving process waits for the deliveries that it has begun. */
const drainMs = 5_000;
/** The deliveries that an app gets. The client emits a frame's type as an event: any other name could be one of its own. */
const deliveries: ReadonlySet<string> = new Set(["events_api", "slash_commands", "interactive"]);
/** How far a signature's time may be from ours, to either side. */
const signatureWindowMs = 5 * 60_000;

/** What a receiver hands deliveries to. */
interface Processor {
  processEvent(event: ReceiverEvent): Promise<void>;
}

/**
 * Holds an acknowledgement back until the delivery has been dealt with. Bolt acknowledges events before it calls any
 * listener; a listener that fails then has lost the event. Commands and clicks are acknowledged by their listeners,
 * after the durable write.
 */
export function acknowledgeLast(processor: Processor): Processor {
  return {
    async processEvent(event) {
      const isEvent = (event.body as { type?: unknown } | undefined)?.type === "event_callback";
      if (!isEvent) {
        await processor.processEvent(event);
        return;
      }
      const held: (() => Promise<void>)[] = [];
      await processor.processEvent({
        ...event,
        ack: (response) => {
          held.push(() => event.ack(response));
          return Promise.resolve();
        },
      });
      await held[0]?.();
    },
  };
}

type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/** Refuses a request whose address is none: Bolt parses it outside of every handler of errors, and the process would end. */
export function guardRequests(listener: RequestListener): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (URL.canParse(request.url ?? "", "http://localhost")) {
      listener(request, response);
      return;
    }
    response.writeHead(400);
    response.end();
  };
}

/** The part of the Socket Mode client that sees raw frames. */
interface RawClient {
  onWebSocketMessage(data: unknown, isBinary: boolean): Promise<void>;
  removeAllListeners(event: "ws_message"): void;
  on(event: "ws_message", listener: (data: unknown, isBinary: boolean) => void): void;
  send(envelopeId: string, body?: object): Promise<unknown>;
}

/**
 * Socket Mode, but nothing is acknowledged before it is durable, and what is no delivery is acknowledged, counted and
 * dropped: the client would die of it.
 */
export class DurableSocketModeReceiver extends bolt.SocketModeReceiver {
  private underWay = 0;

  constructor(options: ConstructorParameters<typeof bolt.SocketModeReceiver>[0], onEmptyEnvelope: () => void) {
    super(options);
    const { httpServer } = this as unknown as { httpServer?: Server };
    for (const listener of httpServer?.listeners("request") ?? []) {
      httpServer?.off("request", listener as RequestListener);
      httpServer?.on("request", guardRequests(listener as RequestListener));
    }
    const client = this.client as unknown as RawClient;
    client.removeAllListeners("ws_message");
    client.on("ws_message", (data, isBinary) => {
      const frame = isBinary
        ? null
        : parseFrame(typeof data === "string" ? data : new TextDecoder().decode(data as Uint8Array));
      if (frame?.known === true) {
        // Without a catch, a frame that the client cannot digest would end the process.
        void client.onWebSocketMessage(data, isBinary).catch(onEmptyEnvelope);
        return;
      }
      onEmptyEnvelope();
      if (frame?.id !== undefined) void client.send(frame.id).catch(() => undefined);
    });
  }

  override init(app: Parameters<InstanceType<typeof bolt.SocketModeReceiver>["init"]>[0]): void {
    const durable = acknowledgeLast(app);
    const counted: Processor = {
      processEvent: async (event) => {
        this.underWay += 1;
        try {
          await durable.processEvent(event);
        } finally {
          this.underWay -= 1;
        }
      },
    };
    super.init(counted as unknown as typeof app);
  }

  /** Leaves when what has arrived is answered: a command is not delivered again, and its person would see an error. */
  override async stop(): ReturnType<bolt.SocketModeReceiver["stop"]> {
    for (let waited = 0; this.underWay > 0 && waited < drainMs; waited += 20) await sleep(20);
    await super.stop();
  }
}

const bodyLimit = 4 * 1024 * 1024;

/** Hands a delivery on with its body read, if that is an object: of anything else Bolt would die, outside of every handler. */
async function passObject(
  request: IncomingMessage,
  response: ServerResponse,
  listener: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<void> {
  const refuse = (status: number) => {
    response.writeHead(status, { connection: "close" });
    response.end();
  };
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > bodyLimit) {
        refuse(413);
        return;
      }
      pieces.push(piece);
    }
  } catch {
    response.destroy(); // the sender went away
    return;
  }
  const rawBody = Buffer.concat(pieces);
  const text = rawBody.toString();
  const form = request.headers["content-type"] === "application/x-www-form-urlencoded";
  const json = form ? (new URLSearchParams(text).get("payload") ?? "{") : text;
  if (!json.trimStart().startsWith("{")) {
    refuse(400);
    return;
  }
  listener(Object.assign(request, { rawBody }), response);
}

/**
 * Signed HTTP. Bolt refuses signatures that are too old, and takes those that are dated ahead; this refuses both.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export class FreshHttpReceiver extends bolt.HTTPReceiver {
  constructor(options: ConstructorParameters<typeof bolt.HTTPReceiver>[0], onStale: () => void) {
    super(options);
    const listener = this.requestListener;
    this.requestListener = guardRequests((request, response) => {
      const signedAt = request.headers["x-slack-request-timestamp"];
      // What bears no time is refused for want of a signature; other routes read their bodies themselves.
      if (signedAt === undefined || request.url?.split("?")[0] !== "/slack/events") {
        listener(request, response);
        return;
      }
      if (Number(signedAt) * 1_000 - Date.now() <= signatureWindowMs) {
        void passObject(request, response, listener);
        return;
      }
      onStale();
      response.writeHead(401);
      response.end();
    });
  }
}

/** What the client may see: frames of Slack's own that say what they need to. The rest is acknowledged where it can be. */
function parseFrame(text: string): { id: string | undefined; known: boolean } | null {
  try {
    const frame: unknown = JSON.parse(text);
    const type = textAt(frame, "type") ?? "";
    if (type === "hello" || type === "disconnect") return { id: undefined, known: true };
    const id = textAt(frame, "envelope_id");
    const payload = at(frame, "payload");
    const whole =
      payload !== null &&
      typeof payload === "object" &&
      !Array.isArray(payload) &&
      (type !== "events_api" || textAt(payload, "event", "type") !== undefined);
    return { id, known: id !== undefined && deliveries.has(type) && whole };
  } catch {
    return null;
  }
}
