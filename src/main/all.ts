import { AllSettings, type Environment, readSettings } from "../config/index.js";
import { startBot } from "./bot.js";
import { startController } from "./controller.js";
import { startGateway } from "./gateway.js";
import type { Running } from "./process.js";
import { startWorker } from "./worker.js";

/** The four processes in one, on PORT and the three ports after it: for a laptop, where one account may hold all rights. */
export async function startAll(environment: Environment): Promise<Running> {
  // Read as a whole first: whatever is missing for any of them is named at once, before one of them runs.
  const { PORT: first } = readSettings(AllSettings, environment);
  const starts = [startBot, startGateway, startWorker, startController];
  const running: Running[] = [];
  for (const [index, start] of starts.entries())
    running.push(await start({ ...environment, PORT: String(first === 0 ? 0 : first + index) }));
  return {
    async close() {
      await Promise.all(running.map((each) => each.close()));
    },
  };
}
