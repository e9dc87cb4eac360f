import { type Logger, pino } from "pino";
import { type Redact, redactDeep } from "../../domain/redaction.js";

export type { Logger };

/** One JSON line for each event, `event` in snake_case, data as fields; redacted before it is written. */
export function createLogger(process: string, level: string, redact: Redact): Logger {
  return pino({
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: (fields) => redactDeep(fields, redact) },
    serializers: {
      err: (error: unknown) =>
        error instanceof Error
          ? {
              name: error.name,
              message: redact(error.message),
              cause: error.cause instanceof Error ? redact(error.cause.message) : undefined,
            }
          : error,
    },
  });
}
