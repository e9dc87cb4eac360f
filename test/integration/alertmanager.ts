import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { freePort } from "./free-port.js";
import { eventually } from "./playground-slack/local-slack.js";

/** An alert as Prometheus posts it. */
export interface PostedAlert {
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: string;
  endsAt?: string;
}

/** How a receiver is told of a group of alerts: soon. */
const soon = { group_wait: "1s", group_interval: "1s", repeat_interval: "1h" };

/** A real Alertmanager on loopback that talks to no other one; its files stay between two starts. */
export class Alertmanager {
  readonly #folder = mkdtempSync(join(tmpdir(), "kubeclaw-alertmanager-"));
  #process: ChildProcess | null = null;
  #said = "";

  private constructor(private readonly port: number) {}

  /**
   * Starts one.
   * @param receivers one entry of `receivers` each; all are told of every alert, grouped as `group_by` says.
   */
  static async start(
    receivers: readonly { group_by: readonly string[]; [kind: string]: unknown }[],
  ): Promise<Alertmanager> {
    const server = new Alertmanager(await freePort());
    const named = receivers.map(({ group_by, ...receiver }, at) => ({
      group_by,
      receiver: { name: `kubeclaw-${at}`, ...receiver },
    }));
    const config = {
      route: {
        receiver: "nobody",
        ...soon,
        routes: named.map(({ group_by, receiver }) => ({ receiver: receiver.name, group_by, continue: true, ...soon })),
      },
      receivers: [{ name: "nobody" }, ...named.map(({ receiver }) => receiver)],
    };
    writeFileSync(join(server.#folder, "alertmanager.yml"), stringify(config));
    server.#process = spawn(
      "prometheus-alertmanager",
      [
        `--config.file=${join(server.#folder, "alertmanager.yml")}`,
        `--storage.path=${join(server.#folder, "storage")}`,
        `--web.listen-address=127.0.0.1:${server.port}`,
        "--web.external-url=http://alertmanager.example:9093",
        "--cluster.listen-address=",
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    server.#process.stderr?.on("data", (piece: Buffer) => (server.#said += piece.toString()));
    server.#process.on("error", (error) => (server.#said += error.message));
    await eventually(async () => {
      if (server.#process?.pid === undefined || server.#process.exitCode !== null) throw new Error(server.#said);
      const ready = await fetch(`http://127.0.0.1:${server.port}/-/ready`).catch(() => null);
      return ready?.ok === true ? true : undefined;
    }, 20_000);
    return server;
  }

  async post(...alerts: PostedAlert[]): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.port}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alerts),
    });
    if (!response.ok) throw new Error(await response.text());
  }

  /** What it measured of its own, added up over its receivers. */
  async measured(name: string, integration: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    return text
      .split("\n")
      .filter((line) => line.startsWith(`${name}{`) && line.includes(`integration="${integration}"`))
      .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  async close(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    if (process?.pid !== undefined && process.exitCode === null)
      await new Promise((resolve) => {
        process.once("exit", resolve);
        process.kill("SIGKILL");
      });
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
