import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { decidePriority, queuePrefix, queues, type Shares } from "../../queue/index.js";
import type { InvestigationRequest } from "../../domain/investigation-request.js";
import type { InvestigationQueue } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { jobOptions, queueWhenReady } from "./queues.js";

/**
 * Takes a job back that waits under the name which this very add gave it: another delivery's add, which was answered,
 * stays. Its deduplication ends with it.
 */
const withdraw = `
if redis.call("HGET", KEYS[1], "name") ~= ARGV[1] then return 0 end
if redis.call("ZREM", KEYS[2], ARGV[2]) + redis.call("LREM", KEYS[3], 0, ARGV[2]) == 0 then return 0 end
redis.call("DEL", KEYS[1])
if redis.call("GET", KEYS[4]) == ARGV[2] then redis.call("DEL", KEYS[4]) end
return 1`;

const base = `${queuePrefix}:investigations`;

/**
 * Puts investigations on their queue. BullMQ takes the job id (the delivery) and the deduplication id (what is asked)
 * in the same atomic step as the job, so that neither redeliveries nor repeats make a second investigation.
 * @see https://docs.bullmq.io/guide/jobs/deduplication
 */
export function createInvestigationQueue(redis: Redis): InvestigationQueue {
  const ready = queueWhenReady("investigations", redis);
  const options = jobOptions("investigations");
  const shares: Shares = new Map();

  /** On the connection of the add that it follows: a Redis that was held carries out both, in this order. */
  async function takeBack({ run, dedupeKey }: InvestigationRequest, nonce: string): Promise<void> {
    const keys = [`${base}:${run}`, `${base}:prioritized`, `${base}:wait`, `${base}:de:${dedupeKey}`];
    await redis.eval(withdraw, keys.length, ...keys, nonce, run);
  }

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
      const job = await recorded("an investigation", add()).catch((error: unknown) => {
        takeBack(request, nonce).catch(() => undefined); // Redis is away: there is nothing to take back
        throw error;
      });
      const run = job.id ?? request.run;
      return {
        run,
        async novelty() {
          if (run !== request.run) return "joined";
          // The job's name tells whose add made it: another delivery of the same event has another one.
          const name = await recorded("an investigation", redis.hget(`${base}:${run}`, "name"));
          return name === nonce ? "new" : "duplicate";
        },
      };
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
