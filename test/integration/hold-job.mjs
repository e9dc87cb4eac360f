// Takes one job of the queue `executions`, with the lock that the product uses, and never finishes it: to be killed.
import { Worker } from "bullmq";
import { Redis } from "ioredis";

const connection = new Redis(process.argv[2], { maxRetriesPerRequest: null });
new Worker(
  "executions",
  async () => {
    process.send("held");
    await new Promise(() => undefined);
  },
  { connection, prefix: "kubeclaw", lockDuration: 4_000, stalledInterval: 2_000 },
);
