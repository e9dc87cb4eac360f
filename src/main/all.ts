import type { Environment } from "../config/index.js";
import { startBot } from "./bot.js";
import { startController } from "./controller.js";
import { startGateway } from "./gateway.js";
import type { Running } from "./process.js";
import { startWorker } from "./worker.js";

/** The four processes in one, on PORT and the three ports after it: for a laptop, where one account may hold all rights. */
export async function startAll(environment: Environment): Promise<Running> {
  const first = Number(environment["PORT"] ?? 8080);
  const starts = [startBot, startGateway, startWorker, startController];
  const running: Running[] = [];
  for (const [index, start] of starts.entries())
    running.push(await start({ ...environment, PORT: String(first + index) }));
  return {
    async close() {
      for (const each of [...running].reverse()) await each.close();
    },
  };
}
