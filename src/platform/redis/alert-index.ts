import type { Redis } from "ioredis";
import type { AlertIndex } from "../../intake/index.js";
import { recorded } from "./connection.js";
import { keep, keys } from "./keys.js";

/** How many targets of one namespace may each begin an investigation of their own within the window. */
const ownInvestigations = 3;
const windowMs = 60_000;
/** Alerts that are counted for one run; more change nothing. */
const mostAlerts = 5_000;
/** An alert that fires again later belongs to a newer run, too; older ones than these are over. */
const mostRuns = 3;

/**
 * The targets that were asked about lately, each with its last time, by Redis' own clock. What has begun goes on; while
 * the namespace as a whole is looked at, or too many targets are, the rest goes to the whole; what names no workload
 * goes to what is being looked at already.
 */
const gate = `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local window = tonumber(ARGV[1])
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - window)
local chosen = ARGV[3]
if not redis.call("ZSCORE", KEYS[1], chosen) then
  if redis.call("ZSCORE", KEYS[1], ARGV[4]) then
    chosen = ARGV[4]
  elseif chosen == ARGV[4] then
    chosen = redis.call("ZRANGE", KEYS[1], -1, -1)[1] or chosen
  elseif redis.call("ZCARD", KEYS[1]) >= tonumber(ARGV[2]) then
    chosen = ARGV[4]
  end
end
redis.call("ZADD", KEYS[1], now, chosen)
redis.call("PEXPIRE", KEYS[1], window)
return chosen`;

/** Marks one alert of a run as over. Of the last two that end at once, one sees that none fires. */
const end = `
local before = redis.call("HGET", KEYS[1], ARGV[1])
if not before then return nil end
redis.call("HSET", KEYS[1], ARGV[1], "resolved")
local firing = 0
for _, state in ipairs(redis.call("HVALS", KEYS[1])) do
  if state == "firing" then firing = firing + 1 end
end
return {before, firing}`;

/** Alerts of each run, and what has been taken as an alert, in Redis. */
export function createAlertIndex(redis: Redis): AlertIndex & {
  /** How many alerts belong to a run, and how many of them fire. */
  count(run: string): Promise<{ total: number; firing: number }>;
} {
  async function count(run: string): Promise<{ total: number; firing: number }> {
    const states = await recorded("a run's alerts", redis.hvals(keys.runAlerts(run)));
    return { total: states.length, firing: states.filter((state) => state === "firing").length };
  }
  return {
    count,
    async gate({ namespace, target, whole }) {
      const chosen = redis.eval(gate, 1, keys.storm(namespace), windowMs, ownInvestigations, target, whole);
      return String(await recorded("an alert", chosen));
    },
    async join(run, fingerprints, message) {
      // Asked together: the sender waits for each turn to Redis.
      const [known, all] = await recorded(
        "a run's alerts",
        Promise.all([
          redis.hlen(keys.runAlerts(run)),
          fingerprints.length === 0 ? Promise.resolve([]) : redis.hmget(keys.runAlerts(run), ...fingerprints),
        ]),
      );
      const shown = fingerprints.slice(0, Math.max(mostAlerts - known, 0));
      const before = all.slice(0, shown.length);
      const at = Date.now();
      const steps = redis.multi();
      for (const fingerprint of shown) {
        steps.hset(keys.runAlerts(run), fingerprint, "firing");
        steps.zadd(keys.alertRuns(fingerprint), at, run);
        steps.zremrangebyrank(keys.alertRuns(fingerprint), 0, -mostRuns - 1);
        steps.expire(keys.alertRuns(fingerprint), keep.month);
      }
      steps.expire(keys.runAlerts(run), keep.month);
      if (message) steps.set(keys.alertMessage(message.channel, message.ts), run, "EX", keep.month);
      await recorded("an alert", steps.exec());
      return before.some((state) => state !== "firing");
    },
    async resolve(fingerprint) {
      const runs = await recorded("an alert", redis.zrange(keys.alertRuns(fingerprint), "0", "-1"));
      const resolved: Awaited<ReturnType<AlertIndex["resolve"]>> = [];
      for (const run of runs) {
        const ended = await recorded("an alert", redis.eval(end, 1, keys.runAlerts(run), fingerprint));
        if (ended === null) continue;
        const [before, firing] = ended as [string, number];
        resolved.push({ run, wasFiring: before === "firing", firing });
      }
      return resolved;
    },
    runOf: ({ channel, ts }) => recorded("an alert", redis.get(keys.alertMessage(channel, ts))),
  };
}
