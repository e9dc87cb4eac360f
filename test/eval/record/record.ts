import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { readSnapshot } from "../../../src/platform/files/read-snapshot.js";
import type { Snapshot } from "../../../src/domain/snapshot.js";
import { KubernetesApi } from "../../../src/platform/kubernetes/api.js";
import { createReadCluster } from "../../../src/platform/kubernetes/read-cluster.js";
import { kubectl } from "../../e2e/kubectl.js";
import type { Check, Seen } from "./checks.js";
import type { Manifest } from "./manifests.js";
import { namespaceOf, type Scenario } from "./scenario.js";
import { trimSnapshot } from "./trim.js";
import { casesDirectory, writeCase } from "./write-case.js";

const patienceSeconds = 240;

async function until(what: string, check: Check, seen: Seen): Promise<void> {
  const deadline = Date.now() + patienceSeconds * 1_000;
  while (Date.now() < deadline) {
    if (await check(seen)) return;
    await sleep(2_000);
  }
  throw new Error(`${what}: not within ${patienceSeconds} s`);
}

/** Gives a recording what a short test cannot bring about. */
function alter(snapshot: Snapshot, { altered }: Scenario): Snapshot {
  if (!altered) return snapshot;
  const { laterSeconds = 0, alerts, objects } = altered;
  const now = new Date(new Date(snapshot.meta.now).getTime() + laterSeconds * 1_000).toISOString();
  const sources = { ...snapshot.meta.sources, ...(alerts ? { alerts: "full" as const } : {}) };
  return {
    ...snapshot,
    meta: { ...snapshot.meta, now, sources },
    objects: objects ? objects(snapshot.objects) : snapshot.objects,
    ...(alerts ? { alerts } : {}),
  };
}

/** The scenario with its namespace in place of `{namespace}`; functions stay as they are. */
function withNamespace<T>(value: T, namespace: string): T {
  if (typeof value === "string") return value.replaceAll("{namespace}", namespace) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => withNamespace(entry, namespace)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, withNamespace(entry as unknown, namespace)]),
  ) as T;
}

/** Plays one scenario in a namespace of its own and writes its case; leaves nothing behind in the cluster. */
export async function record(given: Scenario, kubeconfig: string): Promise<void> {
  const namespace = namespaceOf(given.name);
  const scenario = withNamespace(given, namespace);
  const run = (...args: string[]) => kubectl(kubeconfig, args);
  const work = mkdtempSync(join(tmpdir(), "kubeclaw-record-"));
  const cluster = createReadCluster(KubernetesApi.fromEnvironment({ patienceMs: 10_000 }));
  const seen: Seen = {
    list: async (apiVersion, kind) => (await cluster.list(apiVersion, kind, namespace)).objects,
  };
  const apply = async (manifests: readonly Manifest[], ...more: string[]) => {
    if (manifests.length === 0) return;
    const file = join(work, "manifests.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: manifests }));
    await run("apply", "--server-side", "--force-conflicts", "-f", file, ...more);
  };
  const own = (scenario.cluster ?? []).map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const cleanUp = async () => {
    for (const args of scenario.restore ?? []) await run(...args).catch(() => "was not done");
    await run("delete", "namespace", namespace, "--ignore-not-found", "--wait=true", "--timeout=100s");
    if (own.length > 0) await run("delete", ...own, "--ignore-not-found", "--wait=false");
  };
  try {
    await cleanUp();
    const labels = { "kubernetes.io/metadata.name": namespace, ...scenario.namespaceLabels };
    await apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels } }]);
    await until("the account of the namespace", async () => (await seen.list("v1", "ServiceAccount")).length > 0, seen);
    const began = Date.now();
    await apply(scenario.cluster ?? []);
    await apply(scenario.objects, "-n", namespace);
    if (scenario.first) await until("what comes before the change", scenario.first, seen);
    for (const step of scenario.change ?? []) {
      if ("apply" in step) await apply(step.apply, "-n", namespace);
      else await run("-n", namespace, ...step.kubectl);
    }
    await until("what the scenario waits for", scenario.until, seen);
    await sleep(Math.max(0, began + (scenario.seconds ?? 90) * 1_000 - Date.now()));
    const out = join(work, "snapshot");
    await promisify(execFile)(
      process.execPath,
      ["dist/main/cli.js", "snapshot", "--namespace", namespace, "--out", out],
      {
        env: { ...process.env, KUBECONFIG: kubeconfig },
      },
    );
    const names = new Set((scenario.cluster ?? []).map(({ metadata }) => metadata.name));
    const snapshot = alter(trimSnapshot(readSnapshot(out), namespace, names), scenario);
    const { title, split, object, expect, altered } = scenario;
    writeCase(
      casesDirectory,
      scenario.name,
      {
        title,
        origin: altered ? { kind: "built", because: altered.because } : { kind: "recorded" },
        split,
        scope: { namespace, ...(object === undefined ? {} : { object }) },
        expect,
      },
      snapshot,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
    await cleanUp().catch((error: unknown) => {
      console.error(`${scenario.name}: left behind: ${String(error)}`);
    });
  }
}
