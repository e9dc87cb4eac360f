import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { decidePriority, queuePrefix, queues, type Shares } from "../../queue/index.js";
import type { InvestigationQueue } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { jobOptions, queueWhenReady } from "./queues.js";

/**
 * Puts investigations on their queue. BullMQ takes the job id (the delivery) and the deduplication id (what is asked)
 * in the same atomic step as the job, so that neither redeliveries nor repeats make a second investigation.
 * @see https://docs.bullmq.io/guide/jobs/deduplication
 */
export function createInvestigationQueue(redis: Redis): InvestigationQueue {
  const ready = queueWhenReady("investigations", redis);
  const options = jobOptions("investigations");
  const shares: Shares = new Map();
  return {
    async enqueue(request, windowMs) {
      const payload = queues.investigations.payload.parse(request);
      const nonce = randomUUID();
      const add = async () =>
        (await ready()).add(nonce, payload, {
          ...options,
          jobId: request.run,
          priority: decidePriority(shares, `${request.tenant}/${request.slack.channel}`, new Date()),
          deduplication: { id: request.dedupeKey, ttl: windowMs },
        });
      const job = await recorded("an investigation", add());
      const run = job.id ?? request.run;
      return {
        run,
        async novelty() {
          if (run !== request.run) return "joined";
          // The job's name tells whose add made it: another delivery of the same event has another one.
          const name = await recorded("an investigation", redis.hget(`${queuePrefix}:investigations:${run}`, "name"));
          return name === nonce ? "new" : "duplicate";
        },
      };
    },
    async withdraw(run) {
      // On the connection of the write that it follows: a Redis that was held carries out both, in this order.
      await recorded("a withdrawal", (async () => (await ready()).remove(run))());
    },
    async release(dedupeKey, run) {
      const release = async () => {
        const queue = await ready();
        if ((await queue.getDeduplicationJobId(dedupeKey)) === run) await queue.removeDeduplicationKey(dedupeKey);
      };
      await recorded("a deduplication", release());
    },
    async holder(dedupeKey) {
      const holder = async () => (await (await ready()).getDeduplicationJobId(dedupeKey)) ?? null;
      return recorded("a deduplication", holder());
    },
  };
}
