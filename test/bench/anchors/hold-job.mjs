// Takes one job and holds it until it is killed. argv: Redis URL, queue, prefix, JSON of further worker options.
import { Worker } from "bullmq";
import { Redis } from "ioredis";

const [url, queue, prefix, options] = process.argv.slice(2);
new Worker(
  queue,
  async () => {
    process.send("held");
    await new Promise(() => undefined);
  },
  { connection: new Redis(url, { maxRetriesPerRequest: null }), prefix, ...JSON.parse(options) },
).on("error", () => undefined);
