import type { Redis } from "ioredis";
import { Freeze, type Freezes } from "../../domain/freeze.js";
import { recorded } from "./connection.js";
import { keys } from "./keys.js";

const everything = "*";

/** The kill switch, one field for each frozen namespace. Kept without a time limit: only a person lifts it. */
export function createFreezeStore(redis: Redis) {
  const parse = (text: string | null | undefined) =>
    text === null || text === undefined ? null : Freeze.parse(JSON.parse(text));
  return {
    async find(namespace: string): Promise<Freeze | null> {
      const found = await recorded("the kill switch", redis.hmget(keys.frozen, everything, namespace));
      return parse(found[0]) ?? parse(found[1]);
    },
    /** @param namespace null for everything. */
    async freeze(namespace: string | null, by: string, at: string): Promise<void> {
      const field = namespace ?? everything;
      const freeze = Freeze.parse({ namespace: field, by, at });
      await recorded("the kill switch", redis.hset(keys.frozen, field, JSON.stringify(freeze)));
    },
    /** Lifts exactly that freeze; false where there is none. A freeze of everything is not lifted for one namespace. */
    async unfreeze(namespace: string | null): Promise<boolean> {
      return (await recorded("the kill switch", redis.hdel(keys.frozen, namespace ?? everything))) === 1;
    },
    async list(): Promise<Freeze[]> {
      const all = await recorded("the kill switch", redis.hvals(keys.frozen));
      return all
        .flatMap((text) => parse(text) ?? [])
        .sort((left, right) => left.namespace.localeCompare(right.namespace));
    },
  } satisfies Freezes & Record<string, unknown>;
}
