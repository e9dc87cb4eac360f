import type { Installation } from "../../config/index.js";
import type { AuditEvent } from "../../domain/audit-event.js";
import { investigationId } from "../../domain/ids.js";
import type { Scope } from "../../domain/investigation-request.js";
import { moment } from "../../findings/index.js";
import { buildAlertRequest, tenant } from "../build-request.js";
import type { AlertIndex, Audit, InvestigationQueue, Mutes, Tell } from "../ports.js";
import type { Alert, Ended } from "./alert.js";
import { buildTarget } from "./build-alert.js";

/** Where alerts came from, and where their card goes. */
export interface AlertDelivery {
  id: string;
  team: string;
  channel: string;
  /** The alert's own message; null where the card begins a thread of its own. */
  threadTs: string | null;
}

export type Taken =
  | { kind: "new" | "duplicate" | "joined"; run: string }
  | { kind: "muted"; run: null }
  /** `fresh`: the alert was firing until now. */
  | { kind: "resolved"; run: string; fresh: boolean }
  | { kind: "unknown"; run: null };

export interface TakeAlerts {
  /** Alerts about one target, delivered together: at most one investigation. */
  firing(delivery: AlertDelivery, alerts: readonly [Alert, ...Alert[]]): Promise<Taken>;
  resolved(delivery: AlertDelivery, alert: Alert | Ended): Promise<Taken>;
}

/** Joins are counted when the card is drawn, and told once for all that come within a second. */
const countEveryMs = 1_000;
const countAfterMs = 1_500;

function subjectOf(scope: Scope): string {
  return scope.object ? `${scope.namespace}/${scope.object.kind}/${scope.object.name}` : scope.namespace;
}

/**
 * What becomes of alerts, from whichever door: one investigation for each target and window, everything else joins it.
 * Rejects when Redis did not take it, so that the sender delivers again; doing it again changes nothing.
 */
export function createTakeAlerts(deps: {
  queue: InvestigationQueue;
  alerts: AlertIndex;
  mutes: Mutes;
  tell: Tell;
  audit: Audit;
  installation: Installation;
  now: () => Date;
}): TakeAlerts {
  const { queue, alerts: index, mutes, tell, audit, installation, now } = deps;

  async function record(
    delivery: AlertDelivery,
    alert: Alert | Ended,
    event: Pick<AuditEvent, "kind" | "run"> & { detail: AuditEvent["detail"] },
  ): Promise<void> {
    await audit({
      ...event,
      at: now().toISOString(),
      actor: { kind: "system", id: alert.source },
      ...(alert.scope === null ? {} : { subject: subjectOf(alert.scope) }),
      detail: {
        delivery: delivery.id,
        channel: delivery.channel,
        alert: alert.name,
        state: alert.state,
        tenant,
        ...event.detail,
      },
    });
  }

  async function muted(delivery: AlertDelivery, alerts: readonly Alert[], whole: string): Promise<boolean> {
    const [first] = alerts;
    const mute = first && (await mutes.find([first.target, whole]));
    if (!mute) return false;
    for (const alert of alerts)
      await record(delivery, alert, {
        kind: "delivery.refused",
        run: null,
        detail: { reason: "muted", until: mute.until, by: mute.by },
      });
    if (delivery.threadTs !== null) {
      const { channel, threadTs } = delivery;
      // The same line for everything that one mute holds back: it is said once, in the thread of the first.
      const line = investigationId(tenant, `muted ${channel} ${mute.target} ${mute.until}`);
      const text = `Muted until ${moment(mute.until, now())} by <@${mute.by}>: not investigated.`;
      const at = now().toISOString();
      await tell({ kind: "note", run: line, at, place: { channel, threadTs }, text }, `${line}-note`);
    }
    return true;
  }

  return {
    async firing(delivery, alerts) {
      const [alert] = alerts;
      const { cluster } = installation;
      const { namespace } = alert.scope;
      const whole = buildTarget(cluster, namespace, null);
      if (await muted(delivery, alerts, whole)) return { kind: "muted", run: null };
      const target = await index.gate({ namespace, target: alert.target, whole });
      const at = now().toISOString();
      const folded = target !== alert.target;
      const asked = folded ? { ...alert, scope: { namespace, object: null } } : alert;
      const request = buildAlertRequest({ ...delivery, deliveryId: delivery.id, cluster, at }, asked, target);
      const { run, novelty } = await queue.enqueue(request, installation.dedupe.window);
      const kind = await novelty();
      const message = delivery.threadTs === null ? null : { channel: delivery.channel, ts: delivery.threadTs };
      const news = await index.join(
        run,
        alerts.map(({ fingerprint }) => fingerprint),
        message,
      );
      await Promise.all(
        alerts.map((each, row) =>
          record(delivery, each, {
            kind: row === 0 && kind === "new" ? "delivery.accepted" : "delivery.duplicate",
            run,
            detail: { result: row === 0 ? kind : "joined", ...(folded ? { folded } : {}) },
          }),
        ),
      );
      if (kind !== "joined") await tell({ kind: "requested", run, at, request }, `${run}-requested`);
      if (news && (kind !== "new" || alerts.length > 1)) {
        const second = Math.floor(now().getTime() / countEveryMs);
        await tell({ kind: "alert-joined", run, at }, `${run}-alerts-${second}`, countAfterMs);
      }
      return { kind, run };
    },

    async resolved(delivery, alert) {
      // The group first: what is counted last is what holds.
      const ended = alert.endedGroup === null ? [] : await index.resolve(alert.endedGroup);
      const own = await index.resolve(alert.fingerprint);
      const runs = [...ended.filter(({ run }) => own.every((other) => other.run !== run)), ...own];
      const at = now().toISOString();
      const fresh = runs.some(({ wasFiring }) => wasFiring);
      const newest = runs.at(-1)?.run ?? null;
      await record(delivery, alert, {
        kind: newest !== null && !fresh ? "delivery.duplicate" : "delivery.accepted",
        run: newest,
        detail: { firing: runs.at(-1)?.firing ?? 0 },
      });
      const once = investigationId(tenant, delivery.id).slice(-20);
      for (const { run, firing } of runs)
        if (firing === 0) await tell({ kind: "alert-resolved", run, at }, `${run}-resolved-${once}`);
      return newest === null ? { kind: "unknown", run: null } : { kind: "resolved", run: newest, fresh };
    },
  };
}
