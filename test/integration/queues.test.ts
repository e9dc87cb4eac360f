import { fork } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { KubeClawError } from "../../src/domain/errors.js";
import type { ExecutionRequest } from "../../src/domain/execution-request.js";
import { decisionId, executionId, investigationId } from "../../src/domain/ids.js";
import type { InvestigationQueue } from "../../src/intake/index.js";
import { connectRedis, connectRedisBlocking, waitForRedis } from "../../src/platform/redis/connection.js";
import { createInvestigationQueue } from "../../src/platform/redis/investigation-queue.js";
import { consumeQueue, createEnqueue, openQueue, RunLater } from "../../src/platform/redis/queues.js";
import { aRequest } from "../builders/request.js";
import { RedisServer } from "./redis-server.js";

let server: RedisServer;
let redis: Redis;
const seconds = 1_000;

beforeAll(async () => {
  server = await RedisServer.start();
  redis = connectRedis(server.url);
  await waitForRedis(redis);
});
afterAll(async () => {
  redis.disconnect();
  await server.close();
});

const request = (delivery: string, dedupeKey: string) =>
  aRequest({ run: investigationId("default", delivery), dedupeKey });

async function until(what: () => boolean | Promise<boolean>, limit = 15 * seconds): Promise<number> {
  const started = Date.now();
  while (!(await what())) {
    if (Date.now() - started > limit) throw new Error("not in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - started;
}

const noveltyOf = async (enqueued: ReturnType<InvestigationQueue["enqueue"]>) => (await enqueued).novelty();

describe("investigations", () => {
  it("one delivery, four times over two replicas, is one investigation", async () => {
    const other = connectRedis(server.url);
    await waitForRedis(other);
    const replicas = [createInvestigationQueue(redis), createInvestigationQueue(other)];
    const asked = request("same-delivery", "alert-same");
    const results = await Promise.all([0, 1, 0, 1].map((replica) => replicas[replica]!.enqueue(asked, 60_000)));
    expect(results.map((result) => result.run)).toEqual(Array(4).fill(asked.run));
    const novelties = await Promise.all(results.map(({ novelty }) => novelty()));
    expect(novelties.filter((novelty) => novelty === "new")).toHaveLength(1);
    expect(await openQueue("investigations", redis).getJobCountByTypes("waiting")).toBe(1);
    other.disconnect();
  });

  it("the same question within the window joins the first; after its release it is asked anew", async () => {
    const queue = createInvestigationQueue(redis);
    const first = await queue.enqueue(request("delivery-a", "command-q"), 60_000);
    const second = await queue.enqueue(request("delivery-b", "command-q"), 60_000);
    expect([second.run, await second.novelty()]).toEqual([first.run, "joined"]);
    await queue.release("command-q", "kc-inv-00000000000000000000"); // another run's release changes nothing
    expect(await noveltyOf(queue.enqueue(request("delivery-c", "command-q"), 60_000))).toBe("joined");
    await queue.release("command-q", first.run);
    expect(await noveltyOf(queue.enqueue(request("delivery-d", "command-q"), 60_000))).toBe("new");
  });

  it("takes back what is carried out after it was refused, and leaves what another delivery was told", async () => {
    const queue = createInvestigationQueue(redis);
    const held = connectRedis(server.url);
    await waitForRedis(held);
    const late = createInvestigationQueue(held);
    const refused = async (asked: ReturnType<typeof request>) => {
      await redis.call("CLIENT", "PAUSE", "10000", "WRITE");
      await expect(late.enqueue(asked, 60_000)).rejects.toMatchObject({ code: "unavailable" });
      await redis.call("CLIENT", "UNPAUSE");
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const jobs = openQueue("investigations", redis);
    const alone = request("late-alone", "command-late");
    await refused(alone);
    expect(await jobs.getJob(alone.run)).toBeUndefined();
    expect(await noveltyOf(queue.enqueue(request("after-late", "command-late"), 60_000))).toBe("new"); // nothing is held
    const twice = request("late-twice", "command-twice");
    expect(await noveltyOf(queue.enqueue(twice, 60_000))).toBe("new");
    await refused(twice);
    expect((await jobs.getJob(twice.run))?.data).toMatchObject({ run: twice.run });
    expect(await queue.holder("command-twice")).toBe(twice.run);
    held.disconnect();
  });

  it("a window that is over begins anew", async () => {
    const queue = createInvestigationQueue(redis);
    await queue.enqueue(request("delivery-e", "alert-window"), 50);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(await noveltyOf(queue.enqueue(request("delivery-f", "alert-window"), 50))).toBe("new");
  });
});

/** An execution that no other test asks for. */
function anExecution(what: string): ExecutionRequest {
  const decision = decisionId(aRequest().run, what);
  const now = new Date().toISOString();
  const statement = {
    decision,
    planDigest: "a".repeat(64),
    team: "T",
    approvedBy: "U",
    approvedAt: now,
    expiresAt: now,
  };
  return {
    run: executionId(decision),
    investigation: aRequest().run,
    tenant: "default",
    decision,
    namespace: "shop",
    approval: { statement, signature: "x" },
    requestedAt: now,
  };
}

describe("a queue", () => {
  it("fails a payload that does not fit at once and visibly, and one that a retry cannot mend", async () => {
    const blocking = connectRedisBlocking(server.url);
    const failures: string[] = [];
    const consumer = consumeQueue(
      "outbox",
      blocking,
      () => Promise.reject(new KubeClawError("invalid", "Slack refuses it")),
      (failure) => void failures.push(`${failure.id} ${failure.final} ${failure.error.message}`),
    );
    await openQueue("outbox", redis).add("outbox", { kind: "nonsense" }, { jobId: "malformed", attempts: 5 });
    await createEnqueue("outbox", redis)(
      { kind: "started", run: aRequest().run, at: new Date().toISOString() },
      { id: "refused" },
    );
    await until(() => failures.length === 2);
    expect(failures.find((failure) => failure.startsWith("malformed"))).toContain("payload: kind");
    expect(failures.find((failure) => failure.startsWith("refused"))).toContain("true Slack refuses it");
    expect((await openQueue("outbox", redis).getFailed()).map((job) => job.id).sort()).toEqual([
      "malformed",
      "refused",
    ]);
    await consumer.close();
    blocking.disconnect();
  });

  it("deals with a final failure until that succeeds, in whichever process, and once", async () => {
    await createEnqueue("executions", redis)(anExecution("untold"), { id: "untold" });
    const seen: string[] = [];
    const consume = (onFailure: () => Promise<void>) => {
      const blocking = connectRedisBlocking(server.url);
      const consumer = consumeQueue(
        "executions",
        blocking,
        () => Promise.reject(new KubeClawError("invalid", "no")),
        ({ id, final, error }) => {
          seen.push(`${id} ${final} ${error.message}`);
          return onFailure();
        },
      );
      return async () => {
        await consumer.close();
        blocking.disconnect();
      };
    };
    const close = consume(() => Promise.reject(new Error("died of it")));
    await until(() => seen.length === 1);
    await close();
    const closeNext = consume(() => Promise.resolve());
    await until(() => seen.length === 2);
    await until(async () => (await openQueue("executions", redis).getJob("untold"))?.progress === "told");
    await closeNext();
    const closeLast = consume(() => Promise.resolve());
    await new Promise((resolve) => setTimeout(resolve, 500));
    await closeLast();
    expect(seen).toEqual(["untold true no", "untold true no"]);
  });

  it("hands a job that waits back later without using up an attempt", async () => {
    const blocking = connectRedisBlocking(server.url);
    const attempts: number[] = [];
    const consumer = consumeQueue(
      "decisions",
      blocking,
      (_message, { attempt }) => {
        attempts.push(attempt);
        return attempts.length < 4 ? Promise.reject(new RunLater(20)) : Promise.resolve();
      },
      () => undefined,
    );
    await createEnqueue("decisions", redis)(
      {
        kind: "undo",
        run: aRequest().run,
        at: new Date().toISOString(),
        requestedBy: "U0LI",
        decision: `kc-dec-${"0".repeat(20)}`,
      },
      { id: "later" },
    );
    await until(() => attempts.length === 4);
    expect(attempts).toEqual([0, 0, 0, 0]);
    await consumer.close();
    blocking.disconnect();
  });

  it(
    "a killed consumer's job is taken over by another, once",
    async () => {
      const dead = fork(new URL("./hold-job.mjs", import.meta.url), [server.url], { stdio: "inherit" });
      await createEnqueue("executions", redis)(anExecution("taken-over"), { id: "taken-over" });
      await new Promise((resolve) => dead.once("message", resolve));
      const blocking = connectRedisBlocking(server.url);
      let taken = 0;
      const consumer = consumeQueue(
        "executions",
        blocking,
        () => {
          taken += 1;
          return Promise.resolve();
        },
        () => undefined,
      );
      dead.kill("SIGKILL");
      const took = await until(() => taken === 1, 20 * seconds);
      console.log(`consumer killed -> its job taken over: ${took} ms`);
      expect(taken).toBe(1);
      await consumer.close();
      blocking.disconnect();
    },
    40 * seconds,
  );
});

describe("while Redis is down", () => {
  it(
    "nothing is taken, and the caller knows at once",
    async () => {
      const queue = createInvestigationQueue(redis);
      await server.kill();
      const asked = Date.now();
      await expect(queue.enqueue(request("while-down", "command-down"), 60_000)).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
      });
      expect(Date.now() - asked).toBeLessThan(2_500);
      await server.start();
      await until(async () => {
        try {
          return (await noveltyOf(queue.enqueue(request("after", "command-after"), 60_000))) !== "joined";
        } catch {
          return false;
        }
      });
      // What was refused was not kept in memory either: it is not there afterwards.
      expect(await openQueue("investigations", redis).getJob(investigationId("default", "while-down"))).toBeUndefined();
      expect(
        await openQueue("investigations", redis).getJob(investigationId("default", "same-delivery")),
      ).toBeDefined();
    },
    30 * seconds,
  );
});
