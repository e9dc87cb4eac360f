import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./playground-slack/local-slack.js";

const cli = fileURLToPath(new URL("../../dist/main/cli.js", import.meta.url));

/** The bot as it is installed: the built command line, in a process of its own, that a test may kill. */
export class BotProcess {
  /** Everything that it wrote. */
  output = "";

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (piece: Buffer) => (this.output += piece.toString()));
  }

  /** Starts one and waits until it is ready. */
  static async start(environment: Record<string, string>): Promise<BotProcess> {
    const bot = new BotProcess(
      spawn(process.execPath, [cli, "bot"], {
        env: { PATH: process.env["PATH"] ?? "", LOG_LEVEL: "info", ...environment },
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    await eventually(async () => {
      if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.output}`);
      const ready = await fetch(`http://127.0.0.1:${environment["PORT"] ?? ""}/readyz`).catch(() => null);
      return ready?.ok ? true : undefined;
    }, 20_000);
    return bot;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** As at a crash. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const left = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await left;
  }

  /** As at a rollout. @returns its exit code. */
  async terminate(): Promise<number | null> {
    if (!this.running) return this.child.exitCode;
    const left = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await left;
    return this.child.exitCode;
  }
}
