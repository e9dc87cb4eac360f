import { connectRedis, connectRedisBlocking, waitForRedis } from "../../src/platform/redis/connection.js";
import { createInvestigationQueue } from "../../src/platform/redis/investigation-queue.js";
import { consumeQueue } from "../../src/platform/redis/queues.js";
import { aRequest } from "../builders/request.js";
import { RedisServer } from "../integration/redis-server.js";
import { median, type Row } from "./row.js";

const repetitions = 5;
const noisy = 1_000;
const victim = 10;
const jobMs = 20;

/** Waits of the victim's requests, in milliseconds, from the enqueue of each to its pickup. */
async function waits(turn: number, fair: boolean): Promise<number[]> {
  const redis = await RedisServer.start({ args: ["--appendfsync", "everysec"] });
  const connection = connectRedis(redis.url);
  await waitForRedis(connection);
  const queue = createInvestigationQueue(connection);
  let next = turn * 10_000;
  const ask = (channel: string) => {
    const run = `kc-inv-${(next += 1).toString(16).padStart(20, "0")}`;
    // In one channel, nobody stands behind anybody: first in, first out.
    const slack = { team: "T0SHOP", channel: fair ? channel : `C${next}`, threadTs: null };
    return queue.enqueue(aRequest({ run, slack, dedupeKey: `${channel}-${run}` }), 60_000);
  };
  const asked = new Map<string, number>();
  const picked: number[] = [];
  const blocking = connectRedisBlocking(redis.url);
  const all = new Promise<void>((resolve) => {
    consumeQueue(
      "investigations",
      blocking,
      async ({ run }) => {
        const since = asked.get(run);
        if (since !== undefined && picked.push(performance.now() - since) === victim) resolve();
        await new Promise((done) => setTimeout(done, jobMs));
      },
      () => undefined,
    );
  });
  for (let index = 0; index < noisy; index += 50) await Promise.all(Array.from({ length: 50 }, () => ask("C0NOISY")));
  for (let index = 0; index < victim; index += 1) {
    asked.set(`kc-inv-${(next + 1).toString(16).padStart(20, "0")}`, performance.now());
    await ask("C0VICTIM");
  }
  await all;
  blocking.disconnect();
  connection.disconnect();
  await redis.close();
  return picked;
}

/** One channel asks for a thousand things, then another for ten. */
export async function noisyNeighbour(): Promise<Row[]> {
  const samples: { anchor: number[]; ours: number[] } = { anchor: [], ours: [] };
  for (let turn = 0; turn < repetitions; turn += 1) {
    samples.anchor.push(median(await waits(turn, false)));
    samples.ours.push(median(await waits(turn, true)));
  }
  const ours = median(samples.ours);
  return [
    {
      figure: "noisy neighbour: median wait of the victim, 1,000 vs 10 requests",
      unit: "ms",
      anchor: { what: "first in, first out", value: median(samples.anchor) },
      ours,
      target: { what: "≤ 15 ms", met: ours <= 15 },
      how: `${noisy} requests of one channel are waiting, 10 are worked on at a time, ${jobMs} ms each, when another channel asks for ${victim}; from the enqueue of each of those to its pickup; median of ${repetitions} turns A/B`,
      samples,
    },
  ];
}
