import type { Queue } from "bullmq";
import * as z from "zod";
import { type Environment, readSettings } from "../config/index.js";
import { KubeClawError } from "../domain/errors.js";
import { connectRedis } from "../platform/redis/connection.js";
import { openQueue } from "../platform/redis/queues.js";
import { type QueueName, queues } from "../queue/index.js";

const Settings = z.object({
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, "expected redis:// or rediss://")
    .describe("Redis of the installation"),
});

async function withQueue<T>(environment: Environment, name: string, work: (queue: Queue) => Promise<T>): Promise<T> {
  if (!(name in queues))
    throw new KubeClawError("bad-input", `queue: there is no ${name}; there are ${Object.keys(queues).join(", ")}`);
  const redis = connectRedis(readSettings(Settings, environment).REDIS_URL);
  try {
    await redis.connect();
    return await work(openQueue(name as QueueName, redis));
  } finally {
    redis.disconnect();
  }
}

async function failedJob(queue: Queue, id: string) {
  const job = await queue.getJob(id);
  if (!job || !(await job.isFailed())) throw new KubeClawError("bad-input", `id: no failed job ${id} in ${queue.name}`);
  return job;
}

/** Prints counts of each queue, or the failed jobs with their reason. */
export async function listQueues(environment: Environment, failedOnly: boolean): Promise<void> {
  for (const name of Object.keys(queues)) {
    await withQueue(environment, name, async (queue) => {
      if (!failedOnly) {
        const counts = await queue.getJobCounts("waiting", "prioritized", "active", "delayed", "completed", "failed");
        console.log(
          `${name.padEnd(16)} ${Object.entries(counts)
            .map(([state, count]) => `${state} ${count}`)
            .join(" · ")}`,
        );
      }
      for (const job of await queue.getFailed(0, 99)) {
        console.log(`${name.padEnd(16)} ${job.id ?? ""} after ${job.attemptsMade} attempts: ${job.failedReason}`);
      }
    });
  }
}

/** Puts a failed job back, with all its attempts. */
export async function retryJob(environment: Environment, name: string, id: string): Promise<void> {
  await withQueue(environment, name, async (queue) =>
    (await failedJob(queue, id)).retry("failed", { resetAttemptsMade: true }),
  );
  console.log(`${id} waits in ${name} again`);
}

/** Removes a failed job for good. */
export async function dropJob(environment: Environment, name: string, id: string): Promise<void> {
  await withQueue(environment, name, async (queue) => (await failedJob(queue, id)).remove());
  console.log(`${id} is dropped from ${name}`);
}
