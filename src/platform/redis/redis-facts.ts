import type { Redis } from "ioredis";
import type { RedisFacts } from "../../doctor/index.js";
import { recorded } from "./connection.js";

/**
 * What INFO and TIME say of a Redis; CONFIG is not asked, because our own users may not use it.
 * @see https://redis.io/docs/latest/commands/info/
 */
export async function readRedisFacts(redis: Redis): Promise<RedisFacts> {
  const info = await recorded("INFO", redis.info());
  const fields = new Map(
    info.split("\n").flatMap((line): [string, string][] => {
      const [name, value] = line.trim().split(":");
      return name !== undefined && value !== undefined ? [[name, value]] : [];
    }),
  );
  const [seconds, microseconds] = await recorded("TIME", redis.time());
  return {
    version: fields.get("valkey_version") ?? fields.get("redis_version") ?? "unknown",
    policy: fields.get("maxmemory_policy") ?? "unknown",
    appendOnly: fields.get("aof_enabled") === "1",
    lastWriteOk: (fields.get("aof_last_write_status") ?? "ok") === "ok",
    usedBytes: Number(fields.get("used_memory") ?? 0),
    limitBytes: Number(fields.get("maxmemory") ?? 0),
    clock: new Date(Number(seconds) * 1_000 + Number(microseconds) / 1_000),
  };
}
