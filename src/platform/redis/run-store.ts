import type { Redis } from "ioredis";
import { RunInput } from "../../domain/run-input.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";

/** What is kept of one run: its input, whether a person stopped it, and what it found. */
export function createRunStore(redis: Redis) {
  return {
    async put(input: RunInput): Promise<void> {
      await recorded(
        "a run's input",
        redis.set(keys.input(input.request.run), JSON.stringify(input), "EX", keep.month),
      );
    },
    async input(run: string): Promise<RunInput | null> {
      const text = await recorded("a run's input", redis.get(keys.input(run)));
      return text === null ? null : RunInput.parse(JSON.parse(text));
    },
    /** Marks a run as stopped and wakes whoever follows it. */
    async cancel(run: string, by: string): Promise<void> {
      await recorded("a cancellation", redis.set(keys.cancelled(run), by, "EX", keep.day));
      await redis.publish(keys.cancelChannel, run).catch(() => 0); // the worker looks by itself, too, a little later
    },
    async isCancelled(run: string): Promise<boolean> {
      return (await recorded("a cancellation", redis.exists(keys.cancelled(run)))) === 1;
    },
    async noteVerdicts(run: string, count: number): Promise<void> {
      await recorded("a verdict count", redis.set(keys.verdicts(run), count, "EX", keep.day));
    },
    /** Numbers for the run's status: how many verdicts, and US dollars. */
    async summary(run: string): Promise<{ verdicts: number | null; usd: number }> {
      const [verdicts, usd] = await recorded(
        "a summary",
        Promise.all([redis.get(keys.verdicts(run)), redis.hget(keys.spend(run), "usd")]),
      );
      return { verdicts: verdicts === null ? null : Number(verdicts), usd: Number(usd ?? 0) };
    },
    async keepSnapshot(run: string, tenant: string, bytes: Uint8Array): Promise<void> {
      await recorded("a snapshot", redis.set(keys.snapshot(tenant, run), Buffer.from(bytes), "EX", keep.day));
    },
  };
}
