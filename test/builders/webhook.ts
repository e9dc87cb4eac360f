import { createHmac } from "node:crypto";
import type { WebhookCall } from "../../src/intake/index.js";

export const webhookToken = "token-of-the-sender";
export const webhookSecret = "secret-of-the-sender";

/** One alert of Alertmanager's webhook, about deploy/checkout in shop. */
export function aWebhookAlert(labels: Record<string, string> = {}, over: Record<string, unknown> = {}) {
  return {
    status: "firing",
    labels: {
      alertname: "KubePodNotReady",
      namespace: "shop",
      deployment: "checkout",
      severity: "critical",
      ...labels,
    },
    annotations: { summary: "not ready" },
    startsAt: "2026-04-02T11:58:00Z",
    endsAt: "0001-01-01T00:00:00Z",
    generatorURL: "http://prometheus.example/graph",
    fingerprint: "a1b2c3d4e5f60718",
    ...over,
  };
}

/** Alertmanager's body, version 4. */
export function anAlertmanagerBody(...alerts: object[]) {
  return {
    version: "4",
    groupKey: "{}:{}",
    truncatedAlerts: 0,
    status: "firing",
    receiver: "kubeclaw",
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: "http://alertmanager.example",
    alerts: alerts.length > 0 ? alerts : [aWebhookAlert()],
  };
}

/** The two headers that sign a body at a time. */
export function signatureOf(body: string, at: Date, secret = webhookSecret): { timestamp: string; signature: string } {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const hex = createHmac("sha256", secret).update(`v1:${timestamp}:${body}`).digest("hex");
  return { timestamp, signature: `v1=${hex}` };
}

/** A call with the right token, as the route hands it over. */
export function aWebhookCall(body: unknown, over: Partial<WebhookCall> = {}): WebhookCall {
  const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  return {
    source: "alertmanager",
    method: "POST",
    authorization: `Bearer ${webhookToken}`,
    timestamp: undefined,
    signature: undefined,
    contentType: "application/json",
    read: () => Promise.resolve(bytes),
    ...over,
  };
}
