import type { Redis } from "ioredis";
import type { Spend } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { keys } from "./keys.js";

/** What was spent on the model, as the gateway books it. */
export function createSpend(redis: Redis, now: () => Date): Spend {
  return {
    async today() {
      const day = now().toISOString().slice(0, 10);
      return Number((await recorded("a spend", redis.get(keys.spendOfDay(day)))) ?? 0);
    },
    async of(run) {
      return Number((await recorded("a spend", redis.hget(keys.spend(run), "usd"))) ?? 0);
    },
  };
}
