import type { Redis } from "ioredis";
import { ApprovalRecord, type ApprovalStore } from "../../approval/index.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";

/** Compare-and-set: the record is replaced only while it is pending. */
const settle = `
local text = redis.call("GET", KEYS[1])
if not text then return 0 end
if cjson.decode(text).state ~= "pending" then return 0 end
redis.call("SET", KEYS[1], ARGV[1], "EX", ARGV[2])
redis.call("SADD", KEYS[2], ARGV[3])
return 1`;

/** The record as it was, if it is exactly what this attempt made of it. */
const withdraw = `
if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "EX", ARGV[3])
redis.call("SREM", KEYS[2], ARGV[4])
return 1`;

export function createApprovalStore(redis: Redis): ApprovalStore & {
  /** Decisions whose consequences are not known to be done. */
  unfinished(): Promise<string[]>;
  /** The consequences of a decision are done. */
  finish(decision: string): Promise<void>;
} {
  return {
    async create(record) {
      const made = await recorded(
        "an approval",
        redis.set(keys.approval(record.decision), JSON.stringify(record), "EX", keep.month, "NX"),
      );
      return made !== null;
    },
    async find(decision) {
      const text = await recorded("an approval", redis.get(keys.approval(decision)));
      return text === null ? null : ApprovalRecord.parse(JSON.parse(text));
    },
    async settle(record) {
      const won = await recorded(
        "a decision",
        redis.eval(
          settle,
          2,
          keys.approval(record.decision),
          keys.openApprovals,
          JSON.stringify(record),
          keep.month,
          record.decision,
        ),
      );
      return won === 1 ? record : null;
    },
    async withdraw(pending, attempted) {
      // On the connection of the write that it follows: a Redis that was held carries out both, in this order.
      await recorded(
        "a withdrawal",
        redis.eval(
          withdraw,
          2,
          keys.approval(pending.decision),
          keys.openApprovals,
          JSON.stringify(attempted),
          JSON.stringify(pending),
          keep.month,
          pending.decision,
        ),
      );
    },
    async claimTarget(target, decision) {
      return recorded("a waiting plan", redis.set(keys.waiting(target), decision, "EX", keep.month, "GET"));
    },
    unfinished: () => recorded("open approvals", redis.smembers(keys.openApprovals)),
    async finish(decision) {
      await recorded("a finished approval", redis.srem(keys.openApprovals, decision));
    },
  };
}
