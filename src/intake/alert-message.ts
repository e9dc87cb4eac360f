import { channelOf, type Installation } from "../config/index.js";
import { buildAlertRequest, tenant } from "./build-request.js";
import { parseAlert } from "./parse-alert.js";
import type { Audit, InvestigationQueue, Tell } from "./ports.js";

/** A message event as it was delivered; `message` is the newest state of an edited one. */
export interface MessageDelivery {
  eventId: string;
  team: string;
  channel: string;
  ts: string;
  fromBot: boolean;
  message: unknown;
}

/**
 * Looks at one message of a channel: alerts of apps in watched channels are investigated, their "resolved" goes to the
 * card, everything else is left alone. Rejects when Redis did not take it, so that Slack delivers it again.
 */
export function createAlertMessage(deps: {
  queue: InvestigationQueue;
  tell: Tell;
  audit: Audit;
  installation: Installation;
  now: () => Date;
}): (delivery: MessageDelivery) => Promise<void> {
  const { queue, tell, audit, installation, now } = deps;
  return async (delivery) => {
    const channel = channelOf(installation, delivery.channel);
    if (!channel?.watch || !delivery.fromBot) return;
    const alert = parseAlert(delivery.message, channel.namespaces);
    if (!alert) return;
    const at = now().toISOString();
    const event = {
      at,
      actor: { kind: "system" as const, id: "alertmanager" },
      subject: alert.scope.object
        ? `${alert.scope.namespace}/${alert.scope.object.kind}/${alert.scope.object.name}`
        : alert.scope.namespace,
    };
    if (alert.state === "resolved") {
      const run = await queue.findAlert(alert.fingerprint);
      await audit({
        ...event,
        kind: "delivery.accepted",
        run,
        detail: { delivery: delivery.eventId, alert: alert.name, state: "resolved", tenant },
      });
      if (run !== null) await tell({ kind: "alert-resolved", run, at }, `${run}-resolved-${delivery.eventId}`);
      return;
    }
    const place = {
      deliveryId: delivery.eventId,
      team: delivery.team,
      channel: delivery.channel,
      cluster: installation.cluster,
      at,
    };
    const request = buildAlertRequest(place, alert, delivery.ts);
    const result = await queue.enqueue(request, installation.dedupe.window);
    await queue.linkAlert(alert.fingerprint, result.run);
    await audit({
      ...event,
      kind: result.kind === "new" ? "delivery.accepted" : "delivery.duplicate",
      run: result.run,
      detail: { delivery: delivery.eventId, alert: alert.name, state: "firing", result: result.kind },
    });
    if (result.kind !== "joined")
      await tell({ kind: "requested", run: result.run, at, request }, `${result.run}-requested`);
  };
}
