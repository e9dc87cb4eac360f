import type { z } from "zod";
import { describeIssue } from "../../domain/parse-input.js";
import type { Reported } from "../alerts/alert.js";

export const webhookSources = ["alertmanager", "grafana", "pagerduty", "generic"] as const;
export type WebhookSource = (typeof webhookSources)[number];

/** One alert of a webhook; `startsAt` tells one firing from the next. */
export type WebhookAlert = Reported & { startsAt: string | undefined };

export type Parsed = { kind: "parsed"; alerts: WebhookAlert[] } | { kind: "malformed"; field: string; message: string };

/** Turns the first problem of a body into its path and what to do about it. Pure. */
export function malformed(error: z.ZodError): Parsed {
  return { kind: "malformed", ...describeIssue(error) };
}
