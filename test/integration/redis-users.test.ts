import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Redis } from "ioredis";
import { buildRedisUsers, type RedisUser, redisUsers } from "../../src/config/index.js";
import { connectRedis, connectRedisBlocking } from "../../src/platform/redis/connection.js";
import { createFreezeStore } from "../../src/platform/redis/freeze-store.js";
import { keys } from "../../src/platform/redis/keys.js";
import { consumeQueue, createEnqueue } from "../../src/platform/redis/queues.js";
import { aRequest } from "../builders/request.js";
import { RedisServer } from "./redis-server.js";

const passwords = { bot: "b", gateway: "g", worker: "w", controller: "c" };
let folder: string;
let server: RedisServer;
const as = {} as Record<RedisUser, Redis>;

const urlOf = (user: RedisUser) => server.url.replace("redis://", `redis://${user}:${passwords[user]}@`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kubeclaw-users-"));
  writeFileSync(join(folder, "users.acl"), buildRedisUsers(passwords));
  server = await RedisServer.start({ args: ["--aclfile", join(folder, "users.acl")], login: `bot:${passwords.bot}` });
  for (const user of redisUsers) {
    as[user] = connectRedis(urlOf(user));
    await as[user].connect();
  }
});
afterAll(async () => {
  for (const user of redisUsers) as[user].disconnect();
  await server.close();
  rmSync(folder, { recursive: true });
});

describe.each(redisUsers)("the user %s", (user) => {
  it.each([["FLUSHALL"], ["KEYS", "*"], ["CONFIG", "GET", "*"], ["ACL", "LIST"], ["SHUTDOWN"]])(
    "may not %s",
    async (command, ...rest) => {
      await expect(as[user].call(command, ...rest)).rejects.toThrow("NOPERM");
    },
  );

  it("may not touch what is not ours", async () => {
    await expect(as[user].set("other", "1")).rejects.toThrow("NOPERM");
  });

  if (user !== "bot")
    it("may not touch approvals, the kill switch, or where cards stand", async () => {
      await expect(as[user].get(keys.approval("kc-dec-1"))).rejects.toThrow("NOPERM");
      await expect(as[user].hset(keys.frozen, "*", "{}")).rejects.toThrow("NOPERM");
      await expect(as[user].get(keys.card("kc-inv-1"))).rejects.toThrow("NOPERM");
    });
});

it.each(["gateway", "controller"] as const)("the %s reads the kill switch that the bot sets", async (user) => {
  await createFreezeStore(as.bot).freeze("shop", "U0LI", new Date().toISOString());
  expect(await createFreezeStore(as[user]).find("shop")).toMatchObject({ by: "U0LI" });
  expect(await createFreezeStore(as[user]).find("pay")).toBeNull();
});

it("neither the gateway nor the controller puts a plan on the executions' queue", async () => {
  for (const user of ["gateway", "controller"] as const)
    await expect(as[user].rpush("kubeclaw:executions:wait", "1")).rejects.toThrow("NOPERM");
});

it("a request goes from the bot's queue to the worker", async () => {
  const request = aRequest();
  const blocking = connectRedisBlocking(urlOf("worker"));
  const taken = new Promise<string>((resolve) => {
    consumeQueue(
      "investigations",
      blocking,
      ({ run }) => {
        resolve(run);
        return Promise.resolve();
      },
      () => undefined,
    );
  });
  await createEnqueue("investigations", as.bot)(request, { id: request.run });
  expect(await taken).toBe(request.run);
  blocking.disconnect();
});
