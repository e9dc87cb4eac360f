import bolt, { type Logger } from "@slack/bolt";

/** Bolt's words, into our own log, which redacts: by itself Bolt prints whatever an error carries. */
export function createBoltLogger(onError: (event: string, error: unknown) => void): Logger {
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error(...parts: unknown[]) {
      onError("bolt_failed", parts.find((part) => part instanceof Error) ?? parts.map(String).join(" "));
    },
    setLevel: nothing,
    getLevel: () => bolt.LogLevel.ERROR,
    setName: nothing,
  };
}
