// The anchor of the acknowledgement: Bolt and BullMQ as their documentation sets them up, made durable before the ack, and
// nothing else: no dedupe, no audit, no card. With ANCHOR_DEFAULT=yes it is Bolt's and BullMQ's defaults instead.
import bolt from "@slack/bolt";
import { Queue } from "bullmq";
import { Redis } from "ioredis";

const byDefault = process.env.ANCHOR_DEFAULT === "yes";
const connection = new Redis(
  process.env.REDIS_URL,
  byDefault ? { maxRetriesPerRequest: null } : { enableOfflineQueue: false, maxRetriesPerRequest: 0 },
);
connection.on("error", () => undefined);
const queue = new Queue("anchor", { connection });
queue.on("error", () => undefined);
const receiver = new bolt.HTTPReceiver({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  processBeforeResponse: !byDefault,
  logLevel: bolt.LogLevel.ERROR,
});
const app = new bolt.App({
  authorize: async () => ({ botToken: "xoxb-anchor", botId: "B0ANCHOR", botUserId: "U0ANCHOR" }),
  receiver,
  convoStore: false,
  logLevel: bolt.LogLevel.ERROR,
});
app.error(async (error) => {
  if (!byDefault) throw error;
});
app.command("/kubeclaw", async ({ ack, command }) => {
  await queue.add("investigate", { text: command.text, user: command.user_id }, { jobId: command.trigger_id });
  await ack();
});
app.event("message", async ({ event }) => {
  await queue.add("investigate", { ts: event.ts });
});
await app.start(Number(process.env.PORT));
console.log("ready");
