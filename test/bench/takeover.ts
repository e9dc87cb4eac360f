import { once } from "node:events";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { recovery } from "../../src/queue/index.js";
import { RedisServer } from "../integration/redis-server.js";
import { end, startNode } from "./processes.js";
import { median, type Row } from "./row.js";

const repetitions = 5;
const ours = { lockDuration: recovery.lockDurationMs, stalledInterval: recovery.stalledIntervalMs };

/** Seconds from the death of a worker in the middle of a job to another one taking that job. */
async function takeover(url: string, prefix: string, options: object): Promise<number> {
  const name = "held";
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection, prefix });
  await queue.waitUntilReady();
  await queue.add("one", {});
  const holder = startNode("test/bench/anchors/hold-job.mjs", [url, name, prefix, JSON.stringify(options)], {});
  await once(holder, "message");
  let taken: (at: number) => void = () => undefined;
  const again = new Promise<number>((resolve) => (taken = resolve));
  const take = () => {
    taken(Date.now());
    return Promise.resolve();
  };
  const other = new Worker(name, take, { connection, prefix, ...options });
  other.on("error", () => undefined);
  await other.waitUntilReady();
  const died = Date.now();
  await end(holder, "SIGKILL");
  const seconds = ((await again) - died) / 1_000;
  await other.close();
  await queue.close();
  connection.disconnect();
  return seconds;
}

/** A worker is killed with kill -9 in the middle of a job. All turns of both run side by side: they only wait. */
export async function workerKilled(): Promise<Row[]> {
  const redis = await RedisServer.start();
  const turns = Array.from({ length: repetitions }, (_, turn) => turn);
  const [theirs, mine] = await Promise.all([
    Promise.all(turns.map((turn) => takeover(redis.url, `anchor-${turn}`, {}))),
    Promise.all(turns.map((turn) => takeover(redis.url, `ours-${turn}`, ours))),
  ]);
  await redis.close();
  return [
    {
      figure: "worker killed → its work resumed",
      unit: "s",
      anchor: { what: "BullMQ's defaults", value: median(theirs) },
      ours: median(mine),
      target: { what: "≤ 6 s, one effect", met: Math.max(...mine) <= 6 },
      how: `kill -9 of the process that holds the job, ${repetitions} turns each, side by side; median`,
      samples: { anchor: theirs, ours: mine },
    },
  ];
}
