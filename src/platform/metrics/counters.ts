import { Counter, type Registry } from "prom-client";

/** What the processes count, for `/metrics`. */
export function createCounters(registry: Registry) {
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  return {
    gatewayRefusals: counter("kubeclaw_gateway_refusals_total", "Calls of Job pods that were refused", ["reason"]),
    deliveries: counter("kubeclaw_slack_deliveries_total", "Deliveries from Slack", ["kind", "result"]),
    feedback: counter("kubeclaw_feedback_total", "What people said of findings", ["answer"]),
    jobs: counter("kubeclaw_queue_failures_total", "Jobs of a queue that failed", ["queue", "final"]),
  };
}
