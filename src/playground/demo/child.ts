import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export interface Child {
  pid: number;
  /** Settles when it has ended, with how. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

const graceMs = 8_000;

function howItEnded(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode ?? "?"}` : `signal ${child.signalCode}`;
}

/** Starts a program with exactly this environment, its output in a file. Rejects when it cannot be started. */
export async function startChild(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<Child> {
  const output = openSync(log, "a", 0o600);
  // A group of its own: Ctrl-C of a terminal reaches the demo alone, which then stops its children in order.
  const child = spawn(command, args, { env, stdio: ["ignore", output, output], detached: true });
  closeSync(output);
  await Promise.race([
    once(child, "spawn"),
    once(child, "error").then(([error]: unknown[]) => {
      throw error instanceof Error ? error : new Error(String(error));
    }),
  ]);
  const over = () => child.exitCode !== null || child.signalCode !== null;
  const ended = once(child, "exit").then(() => howItEnded(child));
  return {
    pid: child.pid ?? 0,
    ended,
    async stop() {
      if (over()) return;
      child.kill("SIGTERM");
      await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
      if (!over()) child.kill("SIGKILL");
      await ended;
    },
  };
}
