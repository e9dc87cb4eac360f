import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Tokens } from "../access/tokens.js";
import type { ControllerContext } from "../controllers/context.js";
import { buildKubeconfig } from "../kubeconfig.js";
import type { ContainerStatus, Pod } from "../objects/kinds.js";
import { buildPodStatus } from "./build-pod-status.js";
import type { PodWorker } from "./node-facts.js";
import { rewritePath, writeVolumes } from "./write-volumes.js";

/** Which pods run for real, and how. */
export interface ProcessSettings {
  /** Pods of this image. */
  image: string;
  /** What stands for the container's command; its `args` follow. */
  command: readonly [string, ...string[]];
  /** Where each pod gets a folder. */
  folder: string;
  /** The API's own address. */
  url: () => string;
}

const longestGraceMs = 10_000;
const keptLines = 2_000;
const signalBase = 128;

/** A pod as a process of this machine, with its tokens in files; undefined where its image is another one. */
export function startLocalProcess(
  context: ControllerContext,
  tokens: Tokens,
  settings: ProcessSettings,
  pod: Pod,
  podIP: string,
): PodWorker | undefined {
  const [container] = pod.spec.containers;
  if (container?.image !== settings.image) return undefined;
  const { name: containerName, image, args = [], env = [] } = container;
  const { store, clock, events } = context;
  const { name, uid } = pod.metadata;
  const folder = join(settings.folder, uid);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const mounts = writeVolumes(store, tokens, pod, folder);
  const kubeconfig = join(folder, "kubeconfig");
  if (mounts.apiToken !== undefined)
    writeFileSync(kubeconfig, buildKubeconfig(settings.url(), name, mounts.apiToken), { mode: 0o600 });

  const lines: string[] = [];
  let removed = false;
  let status: ContainerStatus = {
    name: containerName,
    image,
    imageID: image,
    ready: false,
    started: false,
    restartCount: 0,
    state: { waiting: { reason: "ContainerCreating" } },
    lastState: {},
  };

  function publish(next: Partial<ContainerStatus>): void {
    status = { ...status, ...next };
    store.change(pod, (draft) => {
      draft.status = buildPodStatus(draft, [structuredClone(status)], clock.stamp(), { podIP, mounted: true });
    });
  }

  function say(reason: string, message: string): void {
    events.record(pod, {
      type: "Normal",
      reason,
      message,
      component: "kubelet",
      fieldPath: `spec.containers{${containerName}}`,
    });
  }

  function keep(stream: Readable | null): void {
    if (!stream) return;
    createInterface(stream).on("line", (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
    });
  }

  publish({});
  const [command, ...before] = settings.command;
  const child: ChildProcess = spawn(command, [...before, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      TMPDIR: folder,
      ...(mounts.apiToken === undefined ? {} : { KUBECONFIG: kubeconfig }),
      ...Object.fromEntries(env.map((entry) => [entry.name, rewritePath(entry.value ?? "", mounts.places)])),
    },
  });
  keep(child.stdout);
  keep(child.stderr);
  const startedAt = clock.stamp();
  say("Pulled", `Container image "${image}" already present on machine`);
  say("Created", `Created container: ${containerName}`);
  say("Started", `Started container ${containerName}`);
  publish({ started: true, ready: true, state: { running: { startedAt } } });

  const closed = new Promise<void>((resolve) => {
    const end = (exitCode: number): void => {
      const terminated = {
        exitCode,
        reason: exitCode === 0 ? "Completed" : "Error",
        startedAt,
        finishedAt: clock.stamp(),
      };
      publish({ ready: false, started: false, state: { terminated } });
      rmSync(folder, { recursive: true, force: true });
      if (removed) store.remove(pod);
      resolve();
    };
    child.once("error", (error) => {
      lines.push(`cannot be started: ${error.message}`);
      end(signalBase);
    });
    child.once("close", (code, signal) => {
      end(code ?? signalBase + (signal === "SIGKILL" ? 9 : 15));
    });
  });

  function kill(): void {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGTERM");
    const late = setTimeout(
      () => child.kill("SIGKILL"),
      Math.min(pod.spec.terminationGracePeriodSeconds * 1_000, longestGraceMs),
    );
    child.once("close", () => {
      clearTimeout(late);
    });
  }

  return {
    stop() {
      removed = true;
      if (child.exitCode !== null || child.signalCode !== null) {
        store.remove(pod);
        return;
      }
      say("Killing", `Stopping container ${containerName}`);
      kill();
    },
    abandon() {
      kill();
      return closed;
    },
    logs(wanted, previous) {
      if (wanted !== undefined && wanted !== containerName)
        return { refusal: `container ${wanted} is not valid for pod ${name}` };
      if (previous)
        return {
          refusal: `previous terminated container ${JSON.stringify(containerName)} in pod ${JSON.stringify(name)} not found`,
        };
      return { lines };
    },
  };
}
