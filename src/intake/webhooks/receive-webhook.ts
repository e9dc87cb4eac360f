import type { Installation } from "../../config/index.js";
import { sha256 } from "../../domain/canonical-json.js";
import { isKubeClawError } from "../../domain/errors.js";
import type { Alert } from "../alerts/alert.js";
import { buildAlert } from "../alerts/build-alert.js";
import type { Taken, TakeAlerts } from "../alerts/take-alerts.js";
import type { Audit } from "../ports.js";
import { decideBearer, decideSignature } from "./decide-caller.js";
import { decideRoute } from "./decide-route.js";
import { parseWebhook } from "./parse-webhook.js";
import type { WebhookAlert, WebhookSource } from "./webhook-alert.js";

/** One call of a webhook, as far as it was read. */
export interface WebhookCall {
  source: WebhookSource;
  method: string;
  authorization: string | undefined;
  timestamp: string | undefined;
  signature: string | undefined;
  contentType: string | undefined;
  /** The body; null where it is larger than it may be. Read only from somebody who may be known. */
  read(): Promise<Buffer | null>;
}

export interface WebhookAnswer {
  status: number;
  body: Record<string, unknown>;
}

function problem(status: number, message: string, field?: string): WebhookAnswer {
  return { status, body: { error: { ...(field === undefined ? {} : { field }), message } } };
}

const unknownCaller = problem(
  401,
  "expected Authorization: Bearer TOKEN, or X-KubeClaw-Timestamp and X-KubeClaw-Signature: v1=HEX of this body",
);
const cannotTake = problem(503, "KubeClaw cannot take this right now; send it again");

/** How many targets of one delivery are taken side by side: the sender of a storm waits for all of them. */
const sideBySide = 20;

interface Place {
  alert: Alert;
  channel: string;
  delivery: string;
}

/**
 * Takes alerts from webhooks: who calls, what is said, where the findings go; then the same way as every alert. The
 * answer is given when everything is durable; sent again, it changes nothing.
 */
export function createReceiveWebhook(deps: {
  take: TakeAlerts;
  audit: Audit;
  installation: Installation;
  secret: string | undefined;
  token: string | undefined;
  team: () => string;
  /** Can anything be made durable now? Answers within a second. */
  up: () => Promise<boolean>;
  now: () => Date;
  /** Somebody who is not known called. Strangers are counted, and neither logged nor recorded: they would fill both. */
  onStranger: () => void;
  onError: (event: string, error: unknown) => void;
}): (call: WebhookCall) => Promise<WebhookAnswer> {
  const { take, audit, installation, secret, token, team, up, now, onStranger, onError } = deps;
  const known = [
    ...new Set([
      ...installation.channels.flatMap(({ namespaces }) => namespaces),
      ...Object.keys(installation.namespaces),
    ]),
  ].filter((namespace) => namespace !== "*");

  async function leave(reported: WebhookAlert, alert: Alert | null, reason: string): Promise<void> {
    await audit({
      at: now().toISOString(),
      kind: "delivery.refused",
      actor: { kind: "system", id: reported.source },
      run: null,
      ...(alert ? { subject: alert.scope.namespace } : {}),
      detail: { reason, alert: reported.name.slice(0, 200), state: reported.state },
    });
  }

  /** The same delivery has the same id: a signed one for ever, any other one within the window of repeats. */
  function deliveryOf(alert: Alert, reported: WebhookAlert, signed: string | null): string {
    const moment = Math.floor(now().getTime() / installation.dedupe.window);
    const parts = signed === null ? [alert.fingerprint, reported.startsAt ?? "", moment] : [signed, alert.target];
    return `webhook-${sha256(JSON.stringify([...parts, alert.state])).slice(0, 32)}`;
  }

  async function place(reports: readonly WebhookAlert[], signed: string | null): Promise<Place[]> {
    const places: Place[] = [];
    for (const reported of reports) {
      const placed = buildAlert(reported, installation.cluster, known);
      if (placed.kind === "unplaced") {
        await leave(reported, null, placed.reason);
        continue;
      }
      const { alert } = placed;
      const routed = decideRoute(alert, installation);
      if (routed.kind === "unrouted") await leave(reported, alert, routed.reason);
      else places.push({ alert, channel: routed.channel, delivery: deliveryOf(alert, reported, signed) });
    }
    return places;
  }

  async function accept(reports: readonly WebhookAlert[], signed: string | null): Promise<WebhookAnswer> {
    const places = await place(reports, signed);
    const groups = new Map<string, [Place, ...Place[]]>();
    for (const each of places) {
      const key = each.alert.state === "firing" ? `${each.channel} ${each.alert.target}` : each.alert.fingerprint;
      const group = groups.get(`${each.alert.state} ${key}`);
      if (group) group.push(each);
      else groups.set(`${each.alert.state} ${key}`, [each]);
    }
    const counts = { accepted: 0, duplicates: 0 };
    const runs = new Set<string>();
    const count = (taken: Taken, alerts: number) => {
      if (taken.run !== null) runs.add(taken.run);
      const fresh = taken.kind === "new" || (taken.kind === "resolved" && taken.fresh) ? 1 : 0;
      counts.accepted += fresh;
      if (taken.kind !== "muted" && taken.kind !== "unknown") counts.duplicates += alerts - fresh;
    };
    const takeGroup = async ([first, ...rest]: [Place, ...Place[]]) => {
      const delivery = { id: first.delivery, team: team(), channel: first.channel, threadTs: null };
      const { alert } = first;
      const taken =
        alert.state === "firing"
          ? await take.firing(delivery, [alert, ...rest.map((each) => each.alert)])
          : await take.resolved(delivery, alert);
      count(taken, 1 + rest.length);
    };
    const all = [...groups.values()];
    for (let at = 0; at < all.length; at += sideBySide)
      await Promise.all(all.slice(at, at + sideBySide).map(takeGroup));
    return { status: 202, body: { ...counts, runs: [...runs] } };
  }

  function stranger(): WebhookAnswer {
    onStranger();
    return unknownCaller;
  }

  /** To somebody who is known: the sender does not try again, and its own log may be out of sight. */
  function refuse(source: WebhookSource, status: number, message: string, field?: string): WebhookAnswer {
    onError("webhook_refused", new Error(`${source}: ${status}: ${field ? `${field}: ` : ""}${message}`));
    return problem(status, message, field);
  }

  return async (call) => {
    if (call.method !== "POST") return problem(405, "expected POST");
    const bearer = decideBearer(call.authorization, token);
    if (!bearer && (call.signature === undefined || secret === undefined)) return stranger();
    const body = await call.read();
    const { source, timestamp, signature } = call;
    const tooLarge = "expected at most 1 MiB; send smaller groups";
    // Nothing is signed that was not read: only who holds the token is known by now.
    if (body === null) return bearer ? refuse(source, 413, tooLarge) : problem(413, tooLarge);
    const signed = decideSignature({ timestamp, signature, body, secret, now: now() });
    if (!bearer && !signed) return stranger();
    if (!/^application\/json\b/i.test(call.contentType ?? ""))
      return refuse(source, 415, "expected a body of Content-Type: application/json", "Content-Type");
    let value: unknown;
    try {
      value = JSON.parse(body.toString("utf8"));
    } catch {
      return refuse(source, 422, "expected JSON", "");
    }
    const parsed = parseWebhook(source, value);
    if (parsed.kind === "malformed") return refuse(source, 422, parsed.message, parsed.field);
    if (!(await up())) return cannotTake;
    try {
      return await accept(parsed.alerts, signed ? `${timestamp ?? ""} ${sha256(body.toString("latin1"))}` : null);
    } catch (error) {
      onError("webhook_failed", error);
      return isKubeClawError(error, "unavailable") ? cannotTake : problem(500, "KubeClaw failed on this; it is logged");
    }
  };
}
