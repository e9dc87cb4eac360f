import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The kubectl of the machine, or the one that `npm run cluster` built. */
function kubectlPath(): string {
  if (spawnSync("kubectl", ["version", "--client"]).status === 0) return "kubectl";
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "kubeclaw-cluster");
  for (const entry of existsSync(cache) ? readdirSync(cache) : []) {
    const path = join(cache, entry, "bin/kubectl");
    if (existsSync(path)) return path;
  }
  throw new Error("no kubectl: run `npm run cluster up` first");
}

/**
 * Runs kubectl against the cluster under test and resolves with what it printed. Never blocks: the local Slack that the
 * cluster's pods talk to lives in this process.
 */
export function kubectl(kubeconfig: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      kubectlPath(),
      ["--kubeconfig", kubeconfig, ...args],
      { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, timeout: 120_000 },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`kubectl ${args.slice(0, 4).join(" ")}: ${stderr.trim() || error.message}`));
        else resolve(stdout);
      },
    );
  });
}
