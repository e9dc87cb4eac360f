import type { Redis } from "ioredis";
import * as z from "zod";
import type { Mute, Mutes } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { keys } from "./keys.js";

const Stored = z.object({
  target: z.string(),
  namespace: z.string(),
  object: z.string().nullable(),
  until: z.string(),
  by: z.string(),
});

/** What is muted, in one hash. */
export function createMutes(redis: Redis, now: () => Date): Mutes {
  const parse = (text: string | null): Mute | null => (text === null ? null : Stored.parse(JSON.parse(text)));
  const holds = (mute: Mute): boolean => Date.parse(mute.until) > now().getTime();
  const some = (texts: readonly (string | null)[]) => texts.flatMap((text) => parse(text) ?? []);
  const all = async () => some(await recorded("mutes", redis.hvals(keys.mutes)));
  return {
    async set(mute) {
      const over = (await all()).filter((known) => known.target !== mute.target && !holds(known));
      await recorded("a mute", redis.hset(keys.mutes, mute.target, JSON.stringify(mute)));
      if (over.length > 0) await recorded("a mute", redis.hdel(keys.mutes, ...over.map(({ target }) => target)));
    },
    async remove(target) {
      const mute = parse(await recorded("a mute", redis.hget(keys.mutes, target)));
      await recorded("a mute", redis.hdel(keys.mutes, target));
      return mute && holds(mute) ? mute : null;
    },
    async find(targets) {
      return some(await recorded("mutes", redis.hmget(keys.mutes, ...targets))).find(holds) ?? null;
    },
    async list() {
      return (await all()).filter(holds).sort((left, right) => left.until.localeCompare(right.until));
    },
  };
}
