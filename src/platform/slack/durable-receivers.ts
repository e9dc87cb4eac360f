import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import bolt from "@slack/bolt";
import type { ReceiverEvent } from "@slack/bolt";

/** How long a leaving process waits for the deliveries that it has begun. */
const drainMs = 5_000;
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

/** The part of the Socket Mode client that sees raw frames. */
interface RawClient {
  onWebSocketMessage(data: unknown, isBinary: boolean): Promise<void>;
  removeAllListeners(event: "ws_message"): void;
  on(event: "ws_message", listener: (data: unknown, isBinary: boolean) => void): void;
  send(envelopeId: string, body?: object): Promise<unknown>;
}

/**
 * Socket Mode, but nothing is acknowledged before it is durable, and an envelope without a payload is acknowledged,
 * counted and dropped: the client would die of it.
 */
export class DurableSocketModeReceiver extends bolt.SocketModeReceiver {
  private underWay = 0;

  constructor(options: ConstructorParameters<typeof bolt.SocketModeReceiver>[0], onEmptyEnvelope: () => void) {
    super(options);
    const client = this.client as unknown as RawClient;
    client.removeAllListeners("ws_message");
    client.on("ws_message", (data, isBinary) => {
      const envelope = isBinary
        ? null
        : parseEnvelope(typeof data === "string" ? data : new TextDecoder().decode(data as Uint8Array));
      if (envelope?.empty !== true) {
        void client.onWebSocketMessage(data, isBinary);
        return;
      }
      onEmptyEnvelope();
      void client.send(envelope.id).catch(() => undefined);
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

/**
 * Signed HTTP. Bolt refuses signatures that are too old, and takes those that are dated ahead; this refuses both.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export class FreshHttpReceiver extends bolt.HTTPReceiver {
  constructor(options: ConstructorParameters<typeof bolt.HTTPReceiver>[0], onStale: () => void) {
    super(options);
    const listener = this.requestListener;
    this.requestListener = (request: IncomingMessage, response: ServerResponse) => {
      const signedAt = request.headers["x-slack-request-timestamp"];
      if (signedAt === undefined || Number(signedAt) * 1_000 - Date.now() <= signatureWindowMs) {
        listener(request, response);
        return;
      }
      onStale();
      response.writeHead(401);
      response.end();
    };
  }
}

function parseEnvelope(text: string): { id: string; empty: boolean } | null {
  try {
    const frame = JSON.parse(text) as {
      envelope_id?: unknown;
      type?: unknown;
      payload?: { event?: { type?: unknown } } | null;
    } | null;
    if (typeof frame?.envelope_id !== "string") return null;
    const { payload } = frame;
    const empty =
      payload === null ||
      typeof payload !== "object" ||
      (frame.type === "events_api" && typeof payload.event?.type !== "string");
    return { id: frame.envelope_id, empty };
  } catch {
    return null;
  }
}
