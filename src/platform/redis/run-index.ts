import type { Redis } from "ioredis";
import { requester } from "../../domain/investigation-request.js";
import { type CardStore, deriveState, shortName } from "../../findings/index.js";
import type { RunIndex, RunSummary } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { keys } from "./keys.js";
import type { createRunStore } from "./run-store.js";

const mostRecent = 200;

/** Remembers that a run began, for `status`. */
export async function noteRun(redis: Redis, run: string, at: Date): Promise<void> {
  await recorded("a run", redis.zadd(keys.recentRuns, "NX", at.getTime(), run));
  await recorded("a run", redis.zremrangebyrank(keys.recentRuns, 0, -mostRecent - 1));
}

/** Answers what people ask about runs, from the cards. */
export function createRunIndex(
  redis: Redis,
  cards: CardStore,
  runs: ReturnType<typeof createRunStore>,
  permalink: (channel: string, ts: string) => Promise<string | null>,
): RunIndex {
  async function link(run: string): Promise<string | null> {
    const post = await cards.post(run, "card");
    if (!post || post.ts === null) return null;
    const url = await permalink(post.channel, post.ts);
    return url === null ? null : `<${url}|the card>`;
  }
  async function find(run: string): Promise<RunSummary | null> {
    const card = await cards.load(run);
    if (!card) return null;
    const { scope } = card.request;
    const subject = scope.object ? `${shortName(scope.object)} in ${scope.namespace}` : `namespace ${scope.namespace}`;
    return { run, subject, state: deriveState(card), requestedBy: requester(card.request), link: await link(run) };
  }
  return {
    find,
    link,
    async recent(count) {
      const ids = await recorded("recent runs", redis.zrevrange(keys.recentRuns, 0, count - 1));
      const found = await Promise.all(ids.map(find));
      return found.filter((entry) => entry !== null);
    },
    cancel: (run, by) => runs.cancel(run, by),
  };
}
