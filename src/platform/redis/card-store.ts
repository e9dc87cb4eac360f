import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import * as z from "zod";
import { Card, type CardStore, type PostRecord } from "../../findings/index.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";
import { createRunStore } from "./run-store.js";

const Post = z.object({
  channel: z.string(),
  ts: z.string().nullable(),
  attemptedAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  digest: z.string().nullable(),
  unsure: z.object({ at: z.string(), looks: z.int() }).nullable().default(null),
  thread: z.string().nullable().optional(),
});

/** Deletes a lock only while it is still ours. */
const unlock = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`;

/** Keeps a lock that is still ours. */
const renew = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("EXPIRE", KEYS[1], ARGV[2]) end return 0`;
const renewMs = 2_000;

export function createCardStore(redis: Redis): CardStore {
  const runs = createRunStore(redis);
  return {
    async load(run) {
      const text = await recorded("a card", redis.get(keys.card(run)));
      return text === null ? null : Card.parse(JSON.parse(text));
    },
    async save(run, card) {
      await recorded("a card", redis.set(keys.card(run), JSON.stringify(card), "EX", keep.month));
    },
    async request(run) {
      const input = await runs.input(run);
      return input?.kind === "investigation" ? input.request : null;
    },
    async post(run, key) {
      const text = await recorded("a post", redis.get(keys.post(run, key)));
      return text === null ? null : Post.parse(JSON.parse(text));
    },
    async savePost(run, key, record: PostRecord) {
      await recorded("a post", redis.set(keys.post(run, key), JSON.stringify(record), "EX", keep.month));
    },
    async withLock(run, work) {
      const token = randomUUID();
      const locked = await recorded("a lock", redis.set(keys.lock(run), token, "EX", keep.lock, "NX"));
      if (locked === null) return null;
      // Short, so that a dead process' card waits for seconds only; renewed, because Slack may take longer to answer.
      const renewal = setInterval(() => {
        void redis.eval(renew, 1, keys.lock(run), token, keep.lock).catch(() => undefined);
      }, renewMs);
      try {
        return { value: await work() };
      } finally {
        clearInterval(renewal);
        await redis.eval(unlock, 1, keys.lock(run), token).catch(() => undefined); // it expires by itself
      }
    },
  };
}
