import * as z from "zod";
import { nameGroup } from "../alerts/name-group.js";
import { Labels, mostAlerts } from "./labels.js";
import { malformed, type Parsed } from "./webhook-alert.js";

const Alert = z.looseObject({
  status: z.enum(["firing", "resolved"]),
  labels: Labels,
  startsAt: z.string().max(64).optional(),
  fingerprint: z.string().max(200).optional(),
});

/**
 * Alertmanager's webhook, version 4.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
const Alertmanager = z.looseObject({
  version: z.literal("4", { error: 'expected "4", the version of Alertmanager\'s webhook' }),
  /** Of the whole group. */
  status: z.enum(["firing", "resolved"]).optional(),
  receiver: z.string().max(300).optional(),
  groupLabels: Labels.optional(),
  alerts: z.array(Alert).max(mostAlerts, `expected at most ${mostAlerts} alerts; send smaller groups`),
});
/**
 * Grafana's webhook contact point, which has the same alerts and a version of its own.
 * @see https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
const Grafana = Alertmanager.extend({ version: z.string().max(10).optional() });

/** Grafana's alerts about missing data, and its test: they start and end nothing. */
const quiet = new Set(["DatasourceNoData", "DatasourceError", "TestAlert"]);

/** The group whose end a body tells; undefined while any of it fires. */
function endedGroup(
  body: Pick<z.infer<typeof Alertmanager>, "status" | "receiver" | "groupLabels">,
): string | undefined {
  const { status, receiver, groupLabels } = body;
  if (status !== "resolved" || receiver === undefined || groupLabels === undefined) return undefined;
  const { alertname = "", ...others } = groupLabels;
  const values = Object.keys(others)
    .sort()
    .map((name) => others[name] ?? "");
  return nameGroup(receiver, [alertname, ...values].join(" "));
}

/** Reads the webhook of Alertmanager, or the one of Grafana's unified alerting. Pure. */
export function parseAlertmanager(source: "alertmanager" | "grafana", body: unknown): Parsed {
  const parsed = (source === "grafana" ? Grafana : Alertmanager).safeParse(body);
  if (!parsed.success) return malformed(parsed.error);
  const alerts = parsed.data.alerts.map(({ status, labels, startsAt, fingerprint }) => ({
    source,
    name: labels["alertname"] ?? "alert",
    state: status,
    labels: new Map(Object.entries(labels)),
    values: [],
    fingerprint,
    endedGroup: source === "alertmanager" ? endedGroup(parsed.data) : undefined,
    startsAt,
  }));
  return { kind: "parsed", alerts: alerts.filter(({ name }) => source !== "grafana" || !quiet.has(name)) };
}
