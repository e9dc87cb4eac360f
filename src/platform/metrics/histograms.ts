import { Gauge, Histogram, type Registry } from "prom-client";

const waits = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];

/** What the processes time, for `/metrics`; seconds, but for money. */
export function createHistograms(registry: Registry) {
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: readonly number[] = waits,
  ) => new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] });
  return {
    acknowledgement: histogram(
      "kubeclaw_slack_ack_seconds",
      "From a delivery's arrival until it may be acknowledged",
      ["kind"],
      [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
    ),
    milestone: histogram(
      "kubeclaw_wait_seconds",
      "What people waited for: first finding and diagnosis from their words, outcome from the approval",
      ["milestone"],
    ),
    cost: histogram(
      "kubeclaw_investigation_usd",
      "What the model cost for one investigation",
      [],
      [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5],
    ),
    launch: histogram("kubeclaw_launch_seconds", "From a request's arrival to its run being launched", ["kind"]),
  };
}

/** The depth of each queue, read when somebody asks for the metrics. */
export function addQueueDepth(registry: Registry, read: () => Promise<Record<string, Record<string, number>>>): void {
  new Gauge({
    name: "kubeclaw_queue_jobs",
    help: "Jobs of each queue by state",
    labelNames: ["queue", "state"],
    registers: [registry],
    async collect() {
      this.reset();
      const queues = await read().catch(() => ({}));
      for (const [queue, states] of Object.entries(queues))
        for (const [state, count] of Object.entries(states)) this.set({ queue, state }, count);
    },
  });
}

/** Whether what is recorded is sealed, and how much has been. */
export function createSealMetrics(registry: Registry) {
  return {
    sealing: new Gauge({
      name: "kubeclaw_audit_sealing",
      help: "1 while the audit chain can be written; nothing is executed while it is 0",
      registers: [registry],
    }),
  };
}
