import { type Finding, findingsOf } from "./finding.js";
import type { RedisFacts } from "./ports.js";

const { ok, warning, failed } = findingsOf("redis");
const oldest = 7;

/** Whether this Redis keeps what it is given: BullMQ needs `noeviction`, and a queue without a file forgets. */
export function decideRedis(facts: RedisFacts): Finding[] {
  const { version, policy, appendOnly, lastWriteOk, usedBytes, limitBytes } = facts;
  const share = limitBytes === 0 ? 0 : usedBytes / limitBytes;
  const memory = `${Math.round(usedBytes / 1_048_576)} MiB used of ${limitBytes === 0 ? "no limit" : `${Math.round(limitBytes / 1_048_576)} MiB`}`;
  return [
    Number.parseInt(version, 10) >= oldest
      ? ok("version", version)
      : failed("version", version, `use Redis or Valkey ${oldest} or later`),
    policy === "noeviction"
      ? ok("eviction policy", policy)
      : failed("eviction policy", policy, "set maxmemory-policy noeviction: with any other, queued requests vanish"),
    appendOnly
      ? ok("append-only file", "on")
      : failed("append-only file", "off", "set appendonly yes: without it a restart forgets what was acknowledged"),
    ...(appendOnly && !lastWriteOk
      ? [failed("last write to the file", "failed", "look at the disk of Redis; until then nothing is taken")]
      : []),
    share > 0.75
      ? warning("memory", memory, "raise maxmemory: when it is full, requests are refused")
      : ok("memory", memory),
  ];
}
