import { parseAlertmanager } from "./parse-alertmanager.js";
import { parseGeneric } from "./parse-generic.js";
import { parsePagerduty } from "./parse-pagerduty.js";
import type { Parsed, WebhookSource } from "./webhook-alert.js";

/** Reads the body of a webhook; alerts that start and end nothing (tests, missing data) are left out. Pure. */
export function parseWebhook(source: WebhookSource, body: unknown): Parsed {
  switch (source) {
    case "alertmanager":
    case "grafana":
      return parseAlertmanager(source, body);
    case "pagerduty":
      return parsePagerduty(body);
    case "generic":
      return parseGeneric(body);
  }
}
