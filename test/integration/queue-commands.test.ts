import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { KubeClawError } from "../../src/domain/errors.js";
import { connectRedis, connectRedisBlocking, waitForRedis } from "../../src/platform/redis/connection.js";
import { consumeQueue, createEnqueue, openQueue } from "../../src/platform/redis/queues.js";
import { aRequest } from "../builders/request.js";
import { RedisServer } from "./redis-server.js";

let server: RedisServer;
let redis: Redis;

/** `kubeclaw queue …`, as an operator types it. */
function queue(...args: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/main/cli.js", "queue", ...args], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], REDIS_URL: server.url },
  });
  return { code: status, out: stdout, err: stderr };
}

beforeAll(async () => {
  server = await RedisServer.start();
  redis = connectRedis(server.url);
  await waitForRedis(redis);
  const blocking = connectRedisBlocking(server.url);
  let failed = 0;
  const consumer = consumeQueue(
    "outbox",
    blocking,
    () => Promise.reject(new KubeClawError("invalid", "Slack refuses it")),
    () => {
      failed += 1;
    },
  );
  const enqueue = createEnqueue("outbox", redis);
  const fact = { kind: "started", run: aRequest().run, at: new Date().toISOString() } as const;
  await enqueue(fact, { id: "first" });
  await enqueue(fact, { id: "second" });
  while (failed < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await consumer.close();
  blocking.disconnect();
}, 30_000);
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

describe("kubeclaw queue", () => {
  it("shows what was given up, and why", () => {
    const { code, out } = queue("ls", "--failed");
    expect(code).toBe(0);
    expect(out).toContain("outbox           first after 1 attempts: Slack refuses it");
    expect(queue("ls").out).toMatch(/outbox\s+waiting 0 .* failed 2/);
  });

  it("puts a failed job back, and drops one", async () => {
    expect(queue("retry", "outbox", "first").out).toContain("first waits in outbox again");
    expect(queue("drop", "outbox", "second").out).toContain("second is dropped");
    expect(await openQueue("outbox", redis).getJobCounts("waiting", "failed")).toEqual({ waiting: 1, failed: 0 });
  });

  it.each([
    [["retry", "outboxes", "first"], "queue: there is no outboxes"],
    [["drop", "outbox", "nothing"], "id: no failed job nothing in outbox"],
  ])("says what is wrong with %j, and leaves with 2", (args, words) => {
    const { code, err } = queue(...args);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
