import { errorMessage } from "../domain/errors.js";
import type { Logger } from "../platform/log/logger.js";

/** What a long-running process of ours can be told. */
export interface Running {
  close(): Promise<void>;
}

const drainMs = 20_000;

/** Starts a process, closes it on SIGTERM and SIGINT, and leaves with a code that says how it went. */
export async function runUntilStopped(logger: Logger, start: () => Promise<Running>): Promise<never> {
  process.on("unhandledRejection", (error) => {
    logger.fatal({ event: "unhandled_rejection", error: errorMessage(error) });
    process.exit(1);
  });
  const running = await start();
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, resolve);
  });
  logger.info({ event: "stopping" });
  const late = setTimeout(() => {
    logger.error({ event: "drain_timed_out" });
    process.exit(1);
  }, drainMs);
  await running.close();
  clearTimeout(late);
  process.exit(0);
}
