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
    const state = deriveState(card);
    const active = card.ended === null && ["queued", "investigating"].includes(state);
    const { namespace } = scope;
    return {
      run,
      namespace,
      scope,
      subject,
      state,
      active,
      requestedBy: requester(card.request),
      link: await link(run),
    };
  }
  return {
    find,
    link,
    async recent(count, allows) {
      const found: RunSummary[] = [];
      for (const run of await recorded("recent runs", redis.zrevrange(keys.recentRuns, 0, -1))) {
        if (found.length === count) break;
        const card = await cards.load(run);
        const entry = card && allows(card.request.scope.namespace) ? await find(run) : null;
        if (entry) found.push(entry);
      }
      return found;
    },
    cancel: (run, by) => runs.cancel(run, by),
  };
}
