import bolt from "@slack/bolt";
import type { ReceiverEvent } from "@slack/bolt";

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
    super.init(acknowledgeLast(app) as unknown as typeof app);
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
