import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { AgentRun } from "../../../src/domain/agent-run.js";
import type { Fact } from "../../../src/domain/fact.js";
import { investigationId } from "../../../src/domain/ids.js";
import type { InvestigationRequest } from "../../../src/domain/investigation-request.js";
import type { KubernetesApi } from "../../../src/platform/kubernetes/api.js";
import { connectRedis, waitForRedis } from "../../../src/platform/redis/connection.js";
import { createEnqueue, openQueue } from "../../../src/platform/redis/queues.js";
import type { QueueName } from "../../../src/queue/index.js";
import { aRequest } from "../../builders/request.js";
import { aKeyPair } from "../../builders/signature.js";
import { kubectl } from "../../e2e/kubectl.js";
import { RedisServer } from "../../integration/redis-server.js";
import { asAdmin, freshName, tokenOf } from "../accounts.js";
import { type ApiProxy, startApiProxy } from "./api-proxy.js";

const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const manifests = fileURLToPath(new URL("../../../manifests", import.meta.url));

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits for something to come true; its patience is the test's. @returns seconds, with one digit. */
export async function until(what: () => unknown, patienceMs = 40_000): Promise<string> {
  const began = performance.now();
  for (;;) {
    if (await Promise.resolve(what())) return ((performance.now() - began) / 1_000).toFixed(1);
    if (performance.now() - began > patienceMs) throw new Error(`not in time: ${what.toString()}`);
    await sleep(100);
  }
}

let applied: Promise<unknown> | null = null;

/** A process of ours, as a child that may be killed, held and stopped. */
export interface Process {
  child: ChildProcess;
  proxy: ApiProxy;
  /** What it logged. */
  log: Record<string, unknown>[];
  logged(event: string): Record<string, unknown>[];
  /** Sends a signal, and waits for the end where it is one that ends. */
  signal(name: "SIGKILL" | "SIGTERM" | "SIGSTOP" | "SIGCONT"): Promise<{ code: number | null; seconds: string }>;
}

/**
 * Two Job namespaces and one of workloads of its own, with the rights of the manifests under accounts of its own, and a
 * Redis of its own: worlds do not see each other, so that scenarios may run side by side.
 */
export async function aWorld(more: { seconds?: number } = {}) {
  const admin = asAdmin();
  applied ??= kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  await applied;
  const prefix = freshName("faults");
  const [agents, executors, shop] = [`${prefix}-agents`, `${prefix}-executors`, `${prefix}-shop`];
  const key = aKeyPair();
  const opened: (() => unknown)[] = [];

  async function namespace(name: string): Promise<void> {
    await admin.create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    opened.push(() => kubectl(kubeconfig, ["delete", "namespace", name, "--wait=false"]));
  }
  /** The rights of one process, moved into this world. */
  async function rightsOf(account: string): Promise<void> {
    await admin.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: account, namespace: executors },
    });
    const text = readFileSync(join(manifests, `rights/rights-${account}.yaml`), "utf8");
    const subjects = [{ kind: "ServiceAccount", name: account, namespace: executors }];
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as Parameters<KubernetesApi["create"]>[0] & { roleRef?: unknown };
      const place = { "kubeclaw-agents": agents, "kubeclaw-executors": executors }[object.metadata.namespace ?? ""];
      const metadata = { name: object.metadata.name ?? "", namespace: place };
      if (place !== undefined)
        await admin.create({ ...object, metadata, ...(object.kind === "RoleBinding" ? { subjects } : {}) });
    }
  }

  await Promise.all([namespace(agents), namespace(executors), namespace(shop)]);
  await Promise.all([rightsOf("worker"), rightsOf("controller")]);
  const account = { metadata: { name: "kubeclaw-agent-default", namespace: agents } };
  await admin.create({ apiVersion: "v1", kind: "ServiceAccount", ...account });
  await admin.create({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "actions", namespace: shop },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "kubeclaw-controller-actions" },
    subjects: [{ kind: "ServiceAccount", name: "controller", namespace: executors }],
  });
  const server = await RedisServer.start();
  opened.push(() => server.close());
  const redis = connectRedis(server.url);
  await waitForRedis(redis);
  const queueOf = (name: QueueName) => openQueue(name, redis);
  const queueNames: QueueName[] = ["investigations", "executions", "decisions", "outbox"];
  const opens = Object.fromEntries(queueNames.map((name) => [name, queueOf(name)])) as Record<
    QueueName,
    ReturnType<typeof openQueue>
  >;
  const enqueue = createEnqueue("investigations", redis);

  const world = {
    admin,
    agents,
    executors,
    shop,
    key,
    redis,
    server,
    queues: opens,
    environment: (): Record<string, string> => ({
      PATH: process.env["PATH"] ?? "",
      REDIS_URL: server.url,
      KUBECLAW_CONFIG: [
        "version: 1",
        "cluster: prod-eu",
        'channels: [{id: C0SRE, namespaces: ["*"]}]',
        `budgets: {run: {usd: 0.25, modelCalls: 12, seconds: ${more.seconds ?? 300}}, day: {usd: 20}}`,
      ].join("\n"),
      KUBECLAW_AGENT_IMAGE: "docker.io/library/redis:7.4",
      KUBECLAW_GATEWAY_URL: "http://127.0.0.1:9",
      KUBECLAW_APPROVAL_PUBLIC_KEY: key.publicKey,
      KUBECLAW_AGENT_NAMESPACE: agents,
      KUBECLAW_EXECUTOR_NAMESPACE: executors,
      PORT: "0",
      LOG_LEVEL: "info",
    }),
    /** A folder that goes with the world. */
    folder(): string {
      const path = mkdtempSync(join(tmpdir(), "kubeclaw-faults-"));
      opened.push(() => {
        rmSync(path, { recursive: true, force: true });
      });
      return path;
    },
    /** Something to be undone when the world ends, latest first. */
    onClose(undo: () => unknown): void {
      opened.push(undo);
    },
    /** Starts a process behind a proxy of its own, and waits until it says that it has started. */
    async start(
      command: "worker" | "controller",
      environment: Record<string, string> = {},
      prepare: (proxy: ApiProxy) => void = () => undefined,
    ): Promise<Process> {
      const proxy = await startApiProxy();
      prepare(proxy);
      opened.push(() => {
        proxy.close();
      });
      const token = await tokenOf(admin, executors, command);
      const child = spawn(process.execPath, ["dist/main/cli.js", command], {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...world.environment(), KUBECONFIG: proxy.kubeconfig(token), ...environment },
      });
      opened.push(() => child.kill("SIGKILL"));
      const log: Record<string, unknown>[] = [];
      createInterface(child.stdout).on("line", (line) => {
        log.push(JSON.parse(line) as Record<string, unknown>);
      });
      const logged = (event: string) => log.filter((entry) => entry["event"] === event);
      await until(() => logged(`${command}_started`).length > 0);
      return {
        child,
        proxy,
        log,
        logged,
        async signal(name) {
          const began = performance.now();
          const gone = child.exitCode !== null ? Promise.resolve() : once(child, "exit");
          child.kill(name);
          if (name === "SIGKILL" || name === "SIGTERM") await gone;
          return { code: child.exitCode, seconds: ((performance.now() - began) / 1_000).toFixed(1) };
        },
      };
    },
    /** Asks for an investigation, as the bot does. */
    async ask(over: Partial<InvestigationRequest> = {}): Promise<string> {
      const run = investigationId("default", freshName("delivery"));
      const requestedAt = new Date().toISOString();
      await enqueue(aRequest({ run, dedupeKey: run, requestedAt, ...over }), { id: run });
      return run;
    },
    async run(name: string, place = agents): Promise<AgentRun | null> {
      const target = { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun", namespace: place, name };
      const found = await admin.find(target);
      return found && AgentRun.parse(found);
    },
    jobs: async () => (await admin.list({ apiVersion: "batch/v1", kind: "Job", namespace: agents })).items,
    job: (name: string) => ({ apiVersion: "batch/v1", kind: "Job", namespace: agents, name }),
    /** What the thread of a run was told, in its order. */
    async facts(run: string): Promise<Fact[]> {
      const jobs = await opens.outbox.getJobs(["waiting", "delayed", "completed", "failed"], 0, -1, true);
      return jobs.map((job) => job.data as Fact).filter((fact) => fact.run === run);
    },
    told: async (run: string, kind: Fact["kind"]) => (await world.facts(run)).filter((fact) => fact.kind === kind),
    async close(): Promise<void> {
      for (const undo of opened.reverse()) await undo();
      redis.disconnect();
    },
  };
  return world;
}
export type World = Awaited<ReturnType<typeof aWorld>>;

/** A scenario in a world of its own, which is taken down whatever comes of it. */
export function inAWorld(scenario: (world: World) => Promise<void>, more: { seconds?: number } = {}) {
  return async (): Promise<void> => {
    const world = await aWorld(more);
    try {
      await scenario(world);
    } finally {
      await world.close();
    }
  };
}

/** The Job's container in place of the agent's: the same Job, its pod does something else. */
export function running(script: string, over: Record<string, unknown> = {}) {
  return (body: string): string => {
    const job = JSON.parse(body) as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
    const container = job.spec.template.spec.containers[0] ?? {};
    Object.assign(container, { command: ["sh", "-c", script], args: [], ...over });
    return JSON.stringify(job);
  };
}
