import * as z from "zod";
import { chooseLabels, parseTags } from "../alert-formats/parse-labels.js";
import { parseTitle, wordsOf } from "../alert-formats/parse-title.js";
import { malformed, type Parsed } from "./webhook-alert.js";

/**
 * PagerDuty's webhooks, version 3.
 * @see https://developer.pagerduty.com/docs/webhooks-overview
 */
const Body = z.looseObject({
  event: z.looseObject({
    event_type: z.string().min(1).max(100),
    occurred_at: z.string().max(64).optional(),
    data: z.looseObject({
      id: z.string().max(100).optional(),
      title: z.string().max(2_000).nullish(),
      urgency: z.string().max(40).nullish(),
      created_at: z.string().max(64).optional(),
      service: z.looseObject({ summary: z.string().max(500).nullish() }).nullish(),
    }),
  }),
});

const states: Readonly<Record<string, "firing" | "resolved">> = {
  "incident.triggered": "firing",
  "incident.reopened": "firing",
  "incident.resolved": "resolved",
};

/** Reads an incident; its title is all that says where it is. Acknowledgements, notes and pings start nothing. Pure. */
export function parsePagerduty(body: unknown): Parsed {
  const parsed = Body.safeParse(body);
  if (!parsed.success) return malformed(parsed.error);
  const { event_type: type, data } = parsed.data.event;
  const state = Object.hasOwn(states, type) ? states[type] : undefined;
  if (!state) return { kind: "parsed", alerts: [] };
  const title = (data.title ?? "").slice(0, 1_000);
  const written = parseTitle(title);
  const labels = chooseLabels(parseTags([title.replaceAll("=", ":")]));
  if (data.service?.summary) labels.set("service", data.service.summary);
  return {
    kind: "parsed",
    alerts: [
      {
        source: "pagerduty",
        name: written?.values[0] ?? (title === "" ? "incident" : title),
        state,
        labels,
        values: written?.values ?? wordsOf(title),
        severity: data.urgency ?? undefined,
        fingerprint: data.id,
        startsAt: data.created_at,
      },
    ],
  };
}
