import { channelAllows, channelOf, type Installation } from "../../config/index.js";
import type { Alert } from "../alerts/alert.js";

export type Routed =
  | { kind: "routed"; channel: string }
  | { kind: "unrouted"; reason: "no-route" | "namespace-not-allowed" };

/** What a route may match: our own words for the alert first, then its labels. */
function valueOf(alert: Alert, key: string): string | undefined {
  switch (key) {
    case "namespace":
      return alert.scope.namespace;
    case "severity":
      return alert.severity;
    case "source":
      return alert.source;
    case "alertname":
      return alert.name;
    default:
      return alert.labels.get(key);
  }
}

/**
 * Where the findings of a webhook's alert go: the channel of the first route that matches, if that channel may ask
 * about the namespace. Pure.
 */
export function decideRoute(alert: Alert, installation: Installation): Routed {
  const route = installation.routes.find(({ match }) =>
    Object.entries(match).every(([key, wanted]) => valueOf(alert, key) === wanted),
  );
  if (!route) return { kind: "unrouted", reason: "no-route" };
  const channel = channelOf(installation, route.channel);
  if (!channel || !channelAllows(channel, alert.scope.namespace))
    return { kind: "unrouted", reason: "namespace-not-allowed" };
  return { kind: "routed", channel: route.channel };
}
