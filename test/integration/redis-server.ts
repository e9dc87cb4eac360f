import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.js";

/** A real Redis of its own, on loopback, that a test may kill and start again; its append-only file stays between starts. */
export class RedisServer {
  readonly #folder = mkdtempSync(join(tmpdir(), "kubeclaw-redis-"));
  #process: ChildProcess | null = null;

  private constructor(
    private readonly port: number,
    private readonly more: { args?: readonly string[]; login?: string },
  ) {}

  /** @param more further arguments of redis-server, and `user:password` of who may ask it whether it is up. */
  static async start(more: { args?: readonly string[]; login?: string } = {}): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), more);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = [
      "--port",
      String(this.port),
      "--bind",
      "127.0.0.1",
      "--dir",
      this.#folder,
      "--save",
      "",
      "--appendonly",
      "yes",
      "--appendfsync",
      "always",
      "--maxmemory-policy",
      "noeviction",
      ...(this.more.args ?? []),
    ];
    this.#process = spawn("redis-server", args, { stdio: "ignore" });
    const probe = new Redis(
      this.more.login === undefined ? this.url : this.url.replace("//", `//${this.more.login}@`),
      { retryStrategy: () => 50, maxRetriesPerRequest: null },
    );
    probe.on("error", () => undefined);
    await probe.ping();
    probe.disconnect();
  }

  /** As at a crash: nothing is told, nothing is flushed. */
  async kill(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (!process || process.exitCode !== null) return;
    await new Promise((resolve) => {
      process.once("exit", resolve);
      process.kill("SIGKILL");
    });
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
