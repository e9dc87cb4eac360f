import type { Redis } from "ioredis";
import type { Budgets } from "../../gateway/index.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";

/** Checks three caps and reserves, in one step: two gateways cannot both take the last of a budget. */
const reserve = `
local run = tonumber(redis.call("HGET", KEYS[1], "usd") or "0")
local calls = tonumber(redis.call("HGET", KEYS[1], "calls") or "0")
local day = tonumber(redis.call("GET", KEYS[2]) or "0")
local worst = tonumber(ARGV[1])
if calls + 1 > tonumber(ARGV[3]) then return "run-calls" end
if run + worst > tonumber(ARGV[2]) then return "run-usd" end
if day + worst > tonumber(ARGV[4]) then return "day-usd" end
redis.call("HINCRBYFLOAT", KEYS[1], "usd", worst)
redis.call("HINCRBY", KEYS[1], "calls", 1)
redis.call("EXPIRE", KEYS[1], ARGV[5])
redis.call("INCRBYFLOAT", KEYS[2], worst)
redis.call("EXPIRE", KEYS[2], ARGV[5])
return "ok"`;

export function createBudgets(redis: Redis, now: () => Date): Budgets {
  const today = () => keys.spendOfDay(now().toISOString().slice(0, 10));
  return {
    async reserve(run, worstUsd, caps) {
      const answer = await recorded(
        "a reservation",
        redis.eval(reserve, 2, keys.spend(run), today(), worstUsd, caps.runUsd, caps.runCalls, caps.dayUsd, keep.day),
      );
      return answer as Awaited<ReturnType<Budgets["reserve"]>>;
    },
    async settle(run, worstUsd, actualUsd) {
      const change = actualUsd - worstUsd;
      await recorded(
        "a spend",
        Promise.all([redis.hincrbyfloat(keys.spend(run), "usd", change), redis.incrbyfloat(today(), change)]),
      );
    },
    async spentUsd(run) {
      return Number((await recorded("a spend", redis.hget(keys.spend(run), "usd"))) ?? 0);
    },
  };
}
