import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseWorld, startLocalSlack } from "../../src/playground/slack/index.js";
import { writeOverlay } from "./installation.js";
import { kubectl } from "./kubectl.js";
import { findTestCluster, repository } from "./test-cluster.js";

const processes = ["bot", "gateway", "worker", "controller"] as const;

export interface Stack {
  kubeconfig: string;
  slack: Awaited<ReturnType<typeof startLocalSlack>>;
  kubectl(args: readonly string[]): Promise<string>;
  /** Asks until it is true, or fails with what was asked for. */
  until<T>(
    what: string,
    ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
    seconds?: number,
  ): Promise<T>;
  close(): Promise<void>;
}

/** What the sample that opts a namespace in binds in the whole cluster. */
export const optedIn = "kubeclaw-investigator-cluster";

async function until<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1_000;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await sleep(100);
  }
  throw new Error(`${what}: not within ${seconds} s${last instanceof Error ? ` (${last.message})` : ""}`);
}

/**
 * Installs everything in the cluster under test as an installer would: the project's own image, manifests/base as they
 * are, an account for each process, and a local Slack on the node's address.
 */
export async function startStack(): Promise<Stack> {
  const { kubeconfig, image, host } = findTestCluster();
  const run = (args: readonly string[]) => kubectl(kubeconfig, args);

  const slack = await startLocalSlack({
    world: parseWorld(readFileSync(join(repository, "src/playground/worlds/shop.yaml"), "utf8")),
    host,
    pageDirectory: join(repository, "dist/playground/page"),
    ready: () => true,
  });
  const { botToken, appToken, appId } = slack.credentials;
  const overlay = writeOverlay({ repository, image, slack: { apiUrl: slack.apiUrl, botToken, appToken, appId } });
  await run(["delete", "namespace", "shop", "--ignore-not-found", "--wait=true"]);
  await run(["apply", "-k", overlay]);
  await run([
    "apply",
    "-f",
    join(repository, "test/e2e/manifests/shop.yaml"),
    "-f",
    join(repository, "manifests/samples/opt-in.yaml"),
  ]);
  await run(["-n", "kubeclaw-system", "rollout", "status", "statefulset/kubeclaw-redis", "--timeout=90s"]);
  for (const name of processes)
    await run(["-n", "kubeclaw-system", "rollout", "status", `deployment/kubeclaw-${name}`, "--timeout=90s"]);
  await run(["-n", "shop", "rollout", "status", "deployment/checkout", "--timeout=60s"]);
  return {
    kubeconfig,
    slack,
    kubectl: run,
    until,
    async close() {
      await slack.close();
      await run(["delete", "-k", overlay, "--ignore-not-found", "--wait=false"]);
      await run(["delete", "namespace", "shop", "--ignore-not-found", "--wait=false"]);
      await run(["delete", "clusterrolebinding", optedIn, "--ignore-not-found"]);
      rmSync(overlay, { recursive: true });
    },
  };
}
