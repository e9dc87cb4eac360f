import { mintId, type JsonObject } from "../state/ids.js";
import type { App } from "../state/workspace.js";
import type { Outcome, Outgoing, Transport } from "./outgoing.js";

/** All in milliseconds. Slack waits 3 s and retries at once, after a minute and after five; ours are shorter. */
export interface DeliveryTiming {
  ackTimeoutMs: number;
  retryDelaysMs: readonly number[];
}
export const defaultTiming: DeliveryTiming = { ackTimeoutMs: 3_000, retryDelaysMs: [200, 1_000, 3_000] };

const keptEvents = 1_000;

export interface SentEvent {
  id: string;
  app: App;
  payload: JsonObject;
}

/** Sends events with Slack's redelivery, and everything else once. Keeps the last 1,000 events for redelivery by hand. */
export class Dispatcher {
  transport: Transport;
  readonly #sent: SentEvent[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    transport: Transport,
    private readonly timing: DeliveryTiming,
  ) {
    this.transport = transport;
  }

  /** Wraps the event (docs.slack.dev, apis/events-api, "event wrapper") and sends it; answers with its `event_id`. */
  sendEvent(app: App, team: string, event: JsonObject, shared: boolean): string {
    const id = mintId("Ev");
    const payload: JsonObject = {
      token: "local",
      team_id: team,
      context_team_id: team,
      context_enterprise_id: null,
      api_app_id: app.id,
      event,
      type: "event_callback",
      event_id: id,
      event_time: Math.floor(Date.now() / 1000),
      authorizations: [
        { enterprise_id: null, team_id: team, user_id: app.botUser, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: shared,
      event_context: `4-${mintId("", 24)}`,
    };
    this.#sent.push({ id, app, payload });
    if (this.#sent.length > keptEvents) this.#sent.shift();
    void this.#attempt(app, payload, 0, "");
    return id;
  }

  async #attempt(app: App, payload: JsonObject, attempt: number, reason: string): Promise<void> {
    const retry = attempt === 0 ? {} : { retry: { attempt, reason } };
    const outcome = await this.transport.deliver(app, { type: "events_api", payload, ...retry });
    const delay = this.timing.retryDelaysMs[attempt];
    if (outcome.acked || outcome.noRetry === true || delay === undefined) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#attempt(app, payload, attempt + 1, outcome.reason);
    }, delay);
    this.#timers.add(timer);
  }

  /** Commands and interactions: one attempt, as in Slack. */
  send(app: App, outgoing: Outgoing): Promise<Outcome> {
    return this.transport.deliver(app, outgoing);
  }

  /** The events that were sent, newest last: the one with this id, the last `n`, or those about one message. */
  find(which: { eventId: string } | { last: number } | { channel: string; ts: string }): SentEvent[] {
    if ("eventId" in which) return this.#sent.filter(({ id }) => id === which.eventId);
    if ("last" in which) return this.#sent.slice(-which.last);
    return this.#sent.filter(({ payload: { event } }) => {
      const { channel, ts } = event as JsonObject;
      return channel === which.channel && ts === which.ts;
    });
  }

  redeliver({ app, payload }: SentEvent, attempt: number): Promise<Outcome> {
    return this.transport.deliver(app, { type: "events_api", payload, retry: { attempt, reason: "http_timeout" } });
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
