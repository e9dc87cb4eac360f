import { setTimeout as sleep } from "node:timers/promises";
import { DelayedError, type Job, Queue, UnrecoverableError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { isKubeClawError } from "../../domain/errors.js";
import { describeIssue } from "../../domain/parse-input.js";
import { type Enqueue, type QueueName, type QueuePayload, queuePrefix, queues, recovery } from "../../queue/index.js";
import { recorded } from "./connection.js";

/** The options of one more job on a queue, out of the table. */
export function jobOptions(name: QueueName) {
  const row = queues[name];
  return {
    attempts: row.attempts,
    backoff: { type: "exponential", delay: row.backoffMs, jitter: 0.5 },
    removeOnComplete: { age: row.keepFinishedSeconds, count: row.keepFinishedCount },
  };
}

export function openQueue(name: QueueName, redis: Redis): Queue {
  const queue = new Queue(name, {
    connection: redis,
    prefix: queuePrefix,
    streams: { events: { maxLen: recovery.eventStreamLength } },
    skipMetasUpdate: true,
  });
  // Without a listener an error of the connection ends the process; the failing command already says it.
  queue.on("error", () => undefined);
  return queue;
}

/**
 * A queue that is opened when it is first needed. A queue object that was made while Redis was going away fails for
 * ever: such a one is not kept.
 */
export function queueWhenReady(name: QueueName, redis: Redis): () => Promise<Queue> {
  let ready: Promise<Queue> | null = null;
  async function open(): Promise<Queue> {
    // Waiting for a Redis that is away would keep the caller's delivery in memory.
    if (redis.status !== "ready") throw new Error("Redis is not connected");
    const queue = openQueue(name, redis);
    await queue.waitUntilReady();
    return queue;
  }
  const get = () => {
    ready ??= open().catch((error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  };
  get().catch(() => undefined); // opened early, so that the first delivery does not wait for it
  return get;
}

/** Fits one BullMQ queue to the port of the stages: the same id twice is one job. */
export function createEnqueue<N extends QueueName>(name: N, redis: Redis): Enqueue<N> {
  const ready = queueWhenReady(name, redis);
  const options = jobOptions(name);
  return async (payload, { id, delayMs }) => {
    const parsed = queues[name].payload.parse(payload);
    const add = async () =>
      (await ready()).add(name, parsed, { ...options, jobId: id, ...(delayMs ? { delay: delayMs } : {}) });
    await recorded(`a job of ${name}`, add());
  };
}

const drainMs = 10_000;
/** How often the failed set is looked through for what its process did not live to tell. */
const sweepMs = 30_000;
const sweepJobs = 100;
/** Stands in a failed job's progress once its failure was dealt with. */
const told = "told";

/** A job that failed; `final`: it is in the failed set, and nothing tries it again by itself. */
export interface JobFailure<N extends QueueName> {
  queue: N;
  id: string;
  error: Error;
  final: boolean;
  payload: unknown;
}

/** Thrown by a handler whose job must wait without using up an attempt. */
export class RunLater extends Error {
  constructor(readonly delayMs: number) {
    super(`again in ${delayMs} ms`);
  }
}

/**
 * Works on one queue until closed. A payload that does not fit its schema, and an error that a retry cannot mend,
 * fail for good and stay visible in the failed set.
 * @param onFailure deals with a failure. A final one is dealt with until that succeeds, by whichever process: the one that
 * saw it may have died of it.
 */
export function consumeQueue<N extends QueueName>(
  name: N,
  connection: Redis,
  handle: (payload: QueuePayload<N>, job: { id: string; attempt: number }) => Promise<void>,
  onFailure: (failure: JobFailure<N>) => Promise<void> | void,
): { close(): Promise<void> } {
  const row = queues[name];
  let suspected = false;
  const worker = new Worker(
    name,
    async (job: Job, token?: string) => {
      const parsed = row.payload.safeParse(job.data);
      if (!parsed.success) {
        const { field, message } = describeIssue(parsed.error);
        throw new UnrecoverableError(`payload: ${field}: ${message}`);
      }
      // Any of the jobs that a dead process worked on may be what it died of. One at a time, so that the others outlive it.
      const suspect = job.stalledCounter > 0;
      const waits = suspect && suspected;
      try {
        if (waits) throw new RunLater(500);
        suspected ||= suspect;
        await handle(parsed.data as QueuePayload<N>, { id: job.id ?? "", attempt: job.attemptsMade });
      } catch (error) {
        if (error instanceof RunLater) {
          await job.moveToDelayed(Date.now() + error.delayMs, token);
          throw new DelayedError();
        }
        if (isKubeClawError(error) && !error.retryable) throw new UnrecoverableError(error.message);
        throw error;
      } finally {
        if (suspect && !waits) suspected = false;
      }
    },
    {
      connection,
      prefix: queuePrefix,
      concurrency: row.concurrency,
      lockDuration: recovery.lockDurationMs,
      stalledInterval: recovery.stalledIntervalMs,
      runRetryDelay: recovery.retryMs,
      maxStalledCount: row.maxStalled,
    },
  );
  const settle = async (job: Job | undefined, error: Error, final: boolean): Promise<void> => {
    await onFailure({ queue: name, id: job?.id ?? "", error, final, payload: job?.data as unknown });
    if (final) await job?.updateProgress(told);
  };
  worker.on("failed", (job, error) => {
    const final = !job || job.attemptsMade >= row.attempts || error instanceof UnrecoverableError;
    settle(job, error, final).catch(() => undefined); // the next sweep does it
  });
  const opened = queueWhenReady(name, connection);
  const sweep = async (): Promise<void> => {
    for (const job of await (await opened()).getFailed(0, sweepJobs - 1))
      if (job.progress !== told) await settle(job, new Error(job.failedReason), true).catch(() => undefined);
  };
  const lookBack = () => {
    sweep().catch(() => undefined);
  };
  const sweeper = setInterval(lookBack, sweepMs);
  if (connection.status === "ready") lookBack();
  connection.on("ready", lookBack);
  worker.on("error", () => undefined); // the connection reconnects by itself; a lost lock shows in "failed"
  return {
    // What runs is finished first; with Redis away there is nobody to tell, and the locks run out by themselves.
    async close() {
      clearInterval(sweeper);
      connection.off("ready", lookBack);
      await Promise.race([worker.close(), sleep(drainMs, undefined, { ref: false })]);
    },
  };
}
