import { accessSync, constants, mkdirSync } from "node:fs";
import { createConnection } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cleanup } from "./cleanup.js";
import { startChild } from "./child.js";
import { freePorts } from "./free-port.js";

const startMs = 10_000;

function onPath(program: string): string | undefined {
  return (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" }, () => socket.write("PING\r\n"));
    socket.once("data", (data) => {
      resolve(data.toString().startsWith("+PONG"));
      socket.destroy();
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

async function startServer(program: string, folder: string, cleanup: Cleanup): Promise<string> {
  const [port = 0] = await freePorts(1);
  const work = join(folder, "redis");
  mkdirSync(work);
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
    "--maxmemory-policy",
    "noeviction",
    "--dir",
    work,
  ];
  const child = await startChild(program, args, { PATH: process.env["PATH"] }, join(folder, "logs", "redis.log"));
  cleanup.add("redis-server", () => child.stop());
  const late = Date.now() + startMs;
  while (!(await answersPing(port))) {
    if (Date.now() > late) throw new Error(`redis-server does not answer on port ${port}`);
    await sleep(20);
  }
  return `redis://127.0.0.1:${port}`;
}

interface InMemoryRedis {
  createRedisMock(): Promise<{ addresses(): { host: string; port: number }[]; close(): Promise<void> }>;
}

/** REDIS_URL, else `redis-server` on PATH, else a server in memory, with a notice. Rejects where there is none of them. */
export async function findRedis(folder: string, cleanup: Cleanup, notice: (text: string) => void): Promise<string> {
  const given = process.env["REDIS_URL"];
  if (given !== undefined && given !== "") return given;
  const program = onPath("redis-server");
  if (program !== undefined) return startServer(program, folder, cleanup);
  const name = "js-redis-server";
  let library: InMemoryRedis;
  try {
    library = (await import(name)) as InMemoryRedis;
  } catch {
    throw new Error("no Redis: set REDIS_URL, or install redis-server, or the npm package js-redis-server");
  }
  notice(
    "No redis-server on PATH: using js-redis-server, which keeps everything in memory and is slow. Figures seen here say nothing.",
  );
  const server = await library.createRedisMock();
  cleanup.add("js-redis-server", () => server.close());
  const [address] = server.addresses();
  if (!address) throw new Error("js-redis-server started without an address");
  return `redis://${address.host}:${address.port}`;
}
