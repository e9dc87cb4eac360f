import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { RedisServer } from "../integration/redis-server.js";
import { startAnchorProcess, startBotProcess, startSlack } from "./bot.js";
import { end } from "./processes.js";
import type { Row } from "./row.js";
import { alertEvent, deliver, type Door } from "./slack-load.js";

const sent = 60;

async function acknowledged(door: Door): Promise<number> {
  let count = 0;
  for (let index = 0; index < sent; index += 1)
    if ((await deliver(door, alertEvent(door, String(index)))) === 200) count += 1;
  return count;
}

async function queued(url: string, prefix: string, name: string): Promise<number> {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection, prefix });
  const count = await queue.getJobCountByTypes("waiting", "delayed", "active", "completed", "prioritized");
  await queue.close();
  connection.disconnect();
  return count;
}

/** Deliveries that were answered with success while Redis was down, and are nowhere after a restart of everything. */
export async function redisDown(): Promise<Row[]> {
  const redis = await RedisServer.start();
  const slack = await startSlack();
  const bot = await startBotProcess(slack, redis.url);
  const anchor = await startAnchorProcess(redis.url, true);
  await redis.kill();
  const acks = { anchor: await acknowledged(anchor.door), ours: await acknowledged(bot.door) };
  for (const { child } of [bot, anchor]) await end(child, "SIGKILL");
  await redis.start();
  const lost = {
    anchor: acks.anchor - (await queued(redis.url, "bull", "anchor")),
    ours: acks.ours - (await queued(redis.url, "kubeclaw", "investigations")),
  };
  await slack.close();
  await redis.close();
  return [
    {
      figure: `deliveries acknowledged and lost while Redis is down, ${sent} sent`,
      unit: "",
      anchor: { what: "Bolt and BullMQ by their defaults", value: lost.anchor },
      ours: lost.ours,
      target: { what: "0", met: lost.ours === 0 },
      how: "alert events over signed HTTP to both, with Redis killed; then the processes are killed, Redis is started again, and what is on the queue is counted",
      samples: { anchor: [acks.anchor, lost.anchor], ours: [acks.ours, lost.ours] },
    },
  ];
}
