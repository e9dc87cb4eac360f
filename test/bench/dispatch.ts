import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { createRedactor } from "../../src/domain/redaction.js";
import { createAudit } from "../../src/platform/redis/audit-stream.js";
import { connectRedis, connectRedisBlocking, waitForRedis } from "../../src/platform/redis/connection.js";
import { createInvestigationQueue } from "../../src/platform/redis/investigation-queue.js";
import { consumeQueue } from "../../src/platform/redis/queues.js";
import { aRequest } from "../builders/request.js";
import { RedisServer } from "../integration/redis-server.js";
import { median, type Row } from "./row.js";

const repetitions = 5;
const count = 3_000;
const inFlight = 64;

/** Runs tasks, a bounded number at a time. */
async function all(tasks: number, run: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let index = next++; index < tasks; index = next++) await run(index);
    }),
  );
}

async function anchor(url: string, turn: number): Promise<number> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue(`anchor-${turn}`, { connection });
  const started = performance.now();
  let done = 0;
  const finished = new Promise<void>((resolve) => {
    new Worker(
      queue.name,
      () => {
        if (++done === count) resolve();
        return Promise.resolve();
      },
      { connection: new Redis(url, { maxRetriesPerRequest: null }), concurrency: 10 },
    );
  });
  await all(count, (index) => queue.add("noop", { index }));
  await finished;
  return (count * 1_000) / (performance.now() - started);
}

async function ours(url: string, turn: number): Promise<number> {
  const redis = connectRedis(url);
  await waitForRedis(redis);
  const queue = createInvestigationQueue(redis);
  const audit = createAudit(redis, createRedactor());
  const started = performance.now();
  let done = 0;
  const finished = new Promise<void>((resolve, reject) => {
    consumeQueue(
      "investigations",
      connectRedisBlocking(url),
      () => {
        if (++done === count) resolve();
        return Promise.resolve();
      },
      ({ error }) => {
        reject(error);
      },
    );
  });
  await all(count, async (index) => {
    const run = `kc-inv-${(turn * count + index).toString(16).padStart(20, "0")}`;
    await queue.enqueue(aRequest({ run, dedupeKey: `key-${turn}-${index}` }), 60_000);
    await audit({
      at: new Date().toISOString(),
      kind: "delivery.accepted",
      actor: { kind: "person", id: "U0ANA" },
      run,
      detail: { delivery: String(index) },
    });
  });
  await finished;
  return (count * 1_000) / (performance.now() - started);
}

/** Requests through the queue, each with dedupe and its audit record, beside BullMQ alone. */
export async function dispatch(): Promise<Row[]> {
  const samples: { anchor: number[]; ours: number[] } = { anchor: [], ours: [] };
  for (let turn = 0; turn < repetitions; turn += 1) {
    for (const [name, run] of [
      ["anchor", anchor],
      ["ours", ours],
    ] as const) {
      const redis = await RedisServer.start({ args: ["--appendfsync", "everysec"] });
      samples[name].push(await run(redis.url, turn));
      await redis.close();
    }
  }
  return [
    {
      figure: "dispatch with dedupe and audit",
      unit: "requests/s",
      anchor: { what: "BullMQ alone, no dedupe, no audit", value: median(samples.anchor) },
      ours: median(samples.ours),
      target: { what: "≥ 1,000/s", met: median(samples.ours) >= 1_000 },
      how: `${count} distinct requests from enqueue to a consumer that does nothing, ${inFlight} in flight, producer and consumer in one process, Redis with appendfsync everysec; median of ${repetitions} turns A/B`,
      samples,
    },
  ];
}
