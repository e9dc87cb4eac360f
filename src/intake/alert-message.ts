import { channelOf, type Installation } from "../config/index.js";
import type { TakeAlerts } from "./alerts/take-alerts.js";
import { parseAlert } from "./parse-alert.js";
import type { AlertIndex } from "./ports.js";

/** A message event as it was delivered; `message` is the newest state of an edited one. */
export interface MessageDelivery {
  eventId: string;
  team: string;
  channel: string;
  ts: string;
  fromBot: boolean;
  /** Posted by this app itself. */
  own: boolean;
  edited: boolean;
  message: unknown;
}

/**
 * Looks at one message of a channel: alerts of apps in watched channels are investigated, their "resolved" goes to the
 * card, everything else is left alone, our own words before all. Rejects when Redis did not take it, so that Slack
 * delivers it again.
 */
export function createAlertMessage(deps: {
  take: TakeAlerts;
  alerts: AlertIndex;
  installation: Installation;
}): (delivery: MessageDelivery) => Promise<void> {
  const { take, alerts, installation } = deps;
  return async ({ eventId, team, channel: id, ts, fromBot, own, edited, message }) => {
    const channel = channelOf(installation, id);
    if (!channel?.watch || !fromBot || own) return;
    const alert = parseAlert(message, channel.namespaces, installation.cluster);
    if (!alert) return;
    // An edit is Slack's own (a link's preview) or the sender's, who then edits what was an alert before.
    if (edited && (await alerts.runOf({ channel: id, ts })) === null) return;
    const delivery = { id: eventId, team, channel: id, threadTs: ts };
    await (alert.scope === null || alert.state === "resolved"
      ? take.resolved(delivery, alert)
      : take.firing(delivery, [alert]));
  };
}
