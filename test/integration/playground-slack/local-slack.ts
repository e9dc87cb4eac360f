import { readFile } from "node:fs/promises";
import pkg, { type App as BoltApp } from "@slack/bolt";
import {
  type LocalSlack,
  type LocalSlackOptions,
  parseWorld,
  startLocalSlack,
} from "../../../src/playground/slack/index.js";

const { App, LogLevel } = pkg;

export async function shopWorld() {
  return parseWorld(await readFile(new URL("../../../src/playground/worlds/shop.yaml", import.meta.url), "utf8"));
}

/** Short waits: an acknowledgement is late after 300 ms, retries come after 20, 40 and 60 ms. */
export const quick = { ackTimeoutMs: 300, retryDelaysMs: [20, 40, 60] };

export async function startSlack(options: Partial<LocalSlackOptions> = {}): Promise<LocalSlack> {
  return startLocalSlack({ world: await shopWorld(), timing: quick, ...options });
}

/** Unmodified Bolt in Socket Mode; only the API's address differs from production. */
export function socketApp(slack: LocalSlack): BoltApp {
  return new App({
    token: slack.credentials.botToken,
    appToken: slack.credentials.appToken,
    socketMode: true,
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
}

export interface Reply {
  status: number;
  body: Record<string, unknown> & { ok?: boolean };
}

/** One control call, with its answer parsed. */
export async function control(
  slack: LocalSlack,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
): Promise<Reply> {
  const init =
    body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(`${slack.url}/playground/${path}`, { method, ...init });
  return { status: response.status, body: (await response.json()) as Reply["body"] };
}

/** Waits until the probe answers something else than undefined. */
export async function eventually<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  withinMs = 20_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await probe();
    if (seen !== undefined) return seen;
    if (Date.now() > end) throw new Error(`it did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
