import { RedisServer } from "../integration/redis-server.js";
import { startAnchorProcess, startBotProcess, startSlack } from "./bot.js";
import { end } from "./processes.js";
import { median, percentile, type Row } from "./row.js";
import { commandsAt } from "./slack-load.js";

const repetitions = 7;
const warmSeconds = 8;
const loads = [
  { perSecond: 100, seconds: 6 },
  { perSecond: 500, seconds: 4 },
] as const;

/** Slack's acknowledgement, durable before it is given, beside Bolt and BullMQ alone: A/B/A/B, fresh ids. */
export async function acknowledgement(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { perSecond, seconds } of loads) {
    const redis = await RedisServer.start();
    const slack = await startSlack();
    const bot = await startBotProcess(slack, redis.url);
    const anchor = await startAnchorProcess(redis.url);
    const p99: { anchor: number[]; ours: number[] } = { anchor: [], ours: [] };
    // A process that has just started compiles its code while it answers: the figure is of one that runs.
    await commandsAt(anchor.door, 200, warmSeconds, "warm-a");
    await commandsAt(bot.door, 200, warmSeconds, "warm-b");
    await new Promise((resolve) => setTimeout(resolve, warmSeconds * 1_000));
    for (let turn = 0; turn < repetitions; turn += 1) {
      p99.anchor.push(percentile(await commandsAt(anchor.door, perSecond, seconds, `a${turn}`), 0.99));
      p99.ours.push(percentile(await commandsAt(bot.door, perSecond, seconds, `b${turn}`), 0.99));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    for (const { child } of [bot, anchor]) await end(child, "SIGKILL");
    await slack.close();
    await redis.close();
    const [theirs, ours] = [median(p99.anchor), median(p99.ours)];
    rows.push({
      figure: `Slack ack p99 at ${perSecond}/s, durable before the ack`,
      unit: "ms",
      anchor: { what: "Bolt + BullMQ, durable before the ack, nothing else", value: theirs },
      ours,
      target: { what: "≤ 1.25 × the anchor", met: ours <= 1.25 * theirs },
      how: `signed slash commands, open loop, ${seconds} s each, ${repetitions} turns A/B after ${warmSeconds} s of warming up at 200/s; median of the turns' p99; Redis with appendfsync always; ours with dedupe, audit and the card on its way, all on this machine`,
      samples: p99,
    });
  }
  return rows;
}
