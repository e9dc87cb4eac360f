import { setTimeout as sleep } from "node:timers/promises";
import { Redis, type RedisOptions } from "ioredis";
import { KubeClawError } from "../../domain/errors.js";

/** A connection that swallows packets looks open for minutes: one that does not answer is given up for a new one. */
const silenceMs = 2_500;

/** A connection for producers and state: a command fails at once while Redis is away, so that nothing is held in memory. */
export function connectRedis(url: string): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: 1_500,
    socketTimeout: silenceMs,
    connectTimeout: 3_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    lazyConnect: true,
  });
  // Without a listener ioredis prints each failure; the failing command already says it.
  redis.on("error", () => undefined);
  return redis;
}

/** BullMQ reads blockingly, for up to ten seconds, on a duplicate of the connection that it is given. */
const blockingSilenceMs = 12_000;

class WorkerConnection extends Redis {
  override duplicate(override?: Partial<RedisOptions>): Redis {
    return super.duplicate({ ...override, socketTimeout: blockingSilenceMs });
  }
}

/** A connection for BullMQ workers, which wait for Redis to come back. */
export function connectRedisBlocking(url: string): Redis {
  const redis = new WorkerConnection(url, {
    maxRetriesPerRequest: null,
    socketTimeout: silenceMs,
    connectTimeout: 3_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
  });
  redis.on("error", () => undefined);
  return redis;
}

/** Waits until Redis answers: a process that starts before its store waits for it, not ready, and does not die of it. */
export async function waitForRedis(redis: Redis): Promise<void> {
  await redis.connect().catch(() => undefined);
  while (!(await isUp(redis))) await sleep(250);
}

/** Does Redis answer? */
export async function isUp(redis: Redis): Promise<boolean> {
  return redis.ping().then(
    () => true,
    () => false,
  );
}

/** Runs a Redis command; any failure of it means "not recorded". */
export async function recorded<T>(what: string, command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new KubeClawError("unavailable", `Redis: ${what} was not recorded`, { retryable: true, cause: error });
  }
}
