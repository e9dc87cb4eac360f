import { alertmanager } from "./alert-formats/alertmanager.js";
import { cloudwatch } from "./alert-formats/cloudwatch.js";
import { datadog } from "./alert-formats/datadog.js";
import { type AlertFormat, sure } from "./alert-formats/format.js";
import { grafana } from "./alert-formats/grafana.js";
import { pagerduty } from "./alert-formats/pagerduty.js";
import { robusta } from "./alert-formats/robusta.js";
import { sentry } from "./alert-formats/sentry.js";
import type { Alert, Ended } from "./alerts/alert.js";
import { buildAlert, buildEnded } from "./alerts/build-alert.js";
import { flattenMessage } from "./flatten-message.js";

const formats: readonly AlertFormat[] = [alertmanager, grafana, datadog, pagerduty, robusta, cloudwatch, sentry];

/**
 * Reads an alert out of a Slack post, in the format that fits best. What it cannot place in a namespace of the channel
 * is left alone: a wrong investigation is worse than none. The end of a group of alerts needs no place: its message
 * often names less than the one that began it. Pure.
 * @param namespaces the namespaces that the channel may ask about, or "*".
 */
export function parseAlert(message: unknown, namespaces: readonly string[], cluster: string): Alert | Ended | null {
  const flat = flattenMessage(message);
  const scored = formats.map((format) => ({ format, score: format.score(flat) }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  const reported = best.score >= sure ? best.format.read(flat) : null;
  if (!reported) return null;
  const placed = buildAlert(reported, cluster, namespaces);
  if (placed.kind === "unplaced") return buildEnded(reported);
  const { namespace } = placed.alert.scope;
  return namespaces.includes("*") || namespaces.includes(namespace) ? placed.alert : null;
}
