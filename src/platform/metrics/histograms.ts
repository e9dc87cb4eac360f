import { Gauge, Histogram, type Registry } from "prom-client";

const waits = [0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120, 300];

/** What the bot times; seconds, but for money. */
export function createBotHistograms(registry: Registry) {
  const registers = [registry];
  return {
    acknowledgement: new Histogram({
      name: "kubeclaw_slack_ack_seconds",
      help: "From a delivery's arrival until it may be acknowledged",
      labelNames: ["kind"],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
      registers,
    }),
    milestone: new Histogram({
      name: "kubeclaw_wait_seconds",
      help: "What people waited for: first finding and diagnosis from their words, outcome from the approval",
      labelNames: ["milestone"],
      buckets: waits,
      registers,
    }),
    cost: new Histogram({
      name: "kubeclaw_investigation_usd",
      help: "What the model cost for one investigation",
      buckets: [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5],
      registers,
    }),
  };
}

/** From a request's arrival to its run being launched, in seconds. */
export function createLaunchHistogram(registry: Registry) {
  return new Histogram({
    name: "kubeclaw_launch_seconds",
    help: "From a request's arrival to its run being launched",
    labelNames: ["kind"],
    buckets: waits,
    registers: [registry],
  });
}

/** Whether what is recorded is also sealed. */
export function addSealingGauge(registry: Registry, read: () => boolean): void {
  new Gauge({
    name: "kubeclaw_audit_sealing",
    help: "1 while the audit chain can be written; nothing is executed while it is 0",
    registers: [registry],
    collect() {
      this.set(read() ? 1 : 0);
    },
  });
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
