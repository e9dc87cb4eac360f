import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseScenario, readManifests, startReplayCluster } from "../replay/index.js";
import { parseWorld, startLocalSlack } from "../slack/index.js";
import { buildInstallation } from "./build-installation.js";
import { buildOptIn } from "./build-opt-in.js";
import type { Cleanup } from "./cleanup.js";
import type { DemoCluster } from "./demo-cluster.js";
import { findRedis } from "./find-redis.js";
import { freePorts } from "./free-port.js";
import type { DemoOptions } from "./options.js";
import { cli, type ProcessName, processNames, startProcesses } from "./processes.js";
import { useRealCluster } from "./real-cluster.js";
import { readNamed } from "./read-named.js";
import { answersReady, waitUntilReady } from "./wait-until-ready.js";

export interface Demo {
  page: string;
  slack: string;
  kubernetes: string;
  pids: Record<string, number>;
  /** The folder with a log of each process; it goes with the demo. */
  logs: string;
  /** The administrator's kubeconfig of the replay cluster; null with a real one. */
  kubeconfig: string | null;
  /** One for each process: settles when it has ended, with a sentence that says how. Nothing is started again. */
  endings: readonly Promise<string>[];
}

/** Of the project's own image there is no need here: this name stands for the built CLI. */
const image = "registry.local/kubeclaw@sha256:0000000000000000000000000000000000000000000000000000000000000000";
const clusterName = "demo";
const readyMs = 60_000;
const manifests = (folder: string) => fileURLToPath(new URL(`../../manifests/${folder}`, import.meta.url));

interface Found {
  cluster: DemoCluster;
  namespaces: readonly string[];
  kubeconfig: string | null;
}

/** The replay cluster over a scenario, or the real one that was asked for. */
async function findCluster(options: DemoOptions, folder: string, cleanup: Cleanup): Promise<Found> {
  if (options.context !== undefined) {
    const { context, namespace: namespaces, host } = options;
    const { KUBECLAW_AGENT_IMAGE: jobImage } = process.env;
    const cluster = await useRealCluster({ context, namespaces, image: jobImage, host, manifests, cleanup });
    return { cluster, namespaces, kubeconfig: null };
  }
  const scenario = parseScenario(readNamed("scenarios", options.scenario));
  const replay = await startReplayCluster({
    scenario,
    runJobs: { image, command: [process.execPath, cli] },
    manifests: [
      ...readManifests(manifests("crds"), manifests("rights")),
      ...buildOptIn(readManifests(manifests("samples")), scenario.namespaces),
    ],
  });
  cleanup.add("the replay cluster", () => replay.close());
  const kubeconfig = join(folder, "admin.kubeconfig");
  writeFileSync(kubeconfig, replay.kubeconfig("admin"), { mode: 0o600 });
  const cluster: DemoCluster = {
    url: replay.url,
    image,
    gatewayHost: "127.0.0.1",
    kubeconfig: (account) => Promise.resolve(replay.kubeconfig(account)),
  };
  return { cluster, namespaces: scenario.namespaces, kubeconfig };
}

/** Starts everything, in the order of who needs whom. What was started is in `cleanup`, whether this succeeds or not. */
export async function startDemo(options: DemoOptions, cleanup: Cleanup, notice: (text: string) => void): Promise<Demo> {
  const world = parseWorld(readNamed("worlds", "shop"));
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-demo-"));
  cleanup.add("the demo's folder", () => {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  });
  const logs = join(folder, "logs");
  mkdirSync(logs);

  const redisUrl = await findRedis(folder, cleanup, notice);
  const { cluster, namespaces, kubeconfig } = await findCluster(options, folder, cleanup);
  const ports = await freePorts(processNames.length);
  const portOf = Object.fromEntries(processNames.map((name, index) => [name, ports[index] ?? 0])) as Record<
    ProcessName,
    number
  >;
  const slack = await startLocalSlack({
    world,
    port: options.port,
    ready: async () => (await Promise.all(ports.map(answersReady))).every(Boolean),
  });
  cleanup.add("the local Slack", () => slack.close());

  const pids: Record<string, number> = {};
  const endings: Promise<string>[] = [];
  const installation = buildInstallation(world, options.context ?? clusterName, namespaces);
  await startProcesses({ folder, redisUrl, slack, cluster, installation, ports: portOf }, (name, child) => {
    pids[name] = child.pid;
    cleanup.add(name, () => child.stop());
    endings.push(child.ended.then((how) => `${name} ended by itself (${how})`));
  });
  await waitUntilReady(portOf, Promise.race(endings), readyMs);
  return { page: slack.url, slack: slack.url, kubernetes: cluster.url, pids, logs, kubeconfig, endings };
}
