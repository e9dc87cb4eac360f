import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createVerifier } from "../approval/index.js";
import { type AuditChain, sealOnce } from "../audit/index.js";
import {
  ControllerSettings,
  type Environment,
  environmentOf,
  loadInstallation,
  readSettings,
} from "../config/index.js";
import {
  createHandleMessage,
  createReconcileExecution,
  electLeader,
  sweepDecisions,
  sweepGrants,
} from "../controller/index.js";
import { isFinished } from "../domain/agent-run.js";
import type { ControllerMessage } from "../domain/controller-message.js";
import { errorMessage, isKubeClawError } from "../domain/errors.js";
import { RunId } from "../domain/ids.js";
import { labels, managedBy } from "../domain/labels.js";
import { createRedactor } from "../domain/redaction.js";
import { openAuditChain } from "../platform/files/audit-chain.js";
import { createProbeServer, createRegistry } from "../platform/http/probes.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createControllerCluster } from "../platform/kubernetes/controller-cluster.js";
import { createLeaseStore } from "../platform/kubernetes/lease-store.js";
import { createPlanningCluster } from "../platform/kubernetes/planning-cluster.js";
import { watchRuns } from "../platform/kubernetes/watch-runs.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { addSealingGauge } from "../platform/metrics/histograms.js";
import { createAudit, createAuditSource } from "../platform/redis/audit-stream.js";
import { connectRedis, connectRedisBlocking, isUp, waitForRedis } from "../platform/redis/connection.js";
import { createFreezeStore } from "../platform/redis/freeze-store.js";
import { consumeQueue, createEnqueue, RunLater } from "../platform/redis/queues.js";
import { createRunFollower } from "../worker/index.js";
import type { Running } from "./process.js";

const resyncMs = 3_000;
const sealMs = 500;
const sweepMs = 600_000;
const tenant = "default";

/** Plans, verifies approvals, mints and takes back executors' rights, and seals the audit chain; one leader at a time. */
export async function startController(environment: Environment): Promise<Running> {
  const settings = readSettings(ControllerSettings, environment);
  const installation = loadInstallation(settings.KUBECLAW_CONFIG);
  const redact = createRedactor();
  const logger = createLogger("controller", settings.LOG_LEVEL, redact);
  const redis = connectRedis(settings.REDIS_URL);
  await waitForRedis(redis);
  const registry = createRegistry();
  const counters = createCounters(registry);
  const namespace = settings.KUBECLAW_EXECUTOR_NAMESPACE;
  const api = KubernetesApi.fromEnvironment();
  const now = () => api.now();
  const cluster = createControllerCluster(api, namespace);
  const planning = createPlanningCluster(api);
  const enqueueFact = createEnqueue("outbox", redis);
  const tell = (fact: Parameters<typeof enqueueFact>[0], id: string) => enqueueFact(fact, { id });
  const handle = createHandleMessage({
    cluster,
    planning,
    settings: {
      cluster: installation.cluster,
      environment: (name) => environmentOf(installation, name),
      expiresAfterMs: installation.approval.expiresAfter,
    },
    tell,
    namespace,
    tenant,
  });
  let sealing = true;
  addSealingGauge(registry, () => sealing);
  const reconcile = createReconcileExecution({
    cluster,
    planning,
    freezes: createFreezeStore(redis),
    sealing: () => sealing,
    tell,
    verify: createVerifier(settings.KUBECLAW_APPROVAL_PUBLIC_KEY),
    audit: createAudit(redis, redact),
    executorNamespace: namespace,
    handleOutcome: (run, outcome) =>
      handle({ kind: "outcome", run: RunId.parse(run), at: outcome.finishedAt, requestedBy: null, outcome }),
    now,
  });

  async function seal(signal: AbortSignal, holds: () => boolean): Promise<void> {
    const source = createAuditSource(redis);
    let chain: AuditChain | null = null;
    while (!signal.aborted) {
      let sealed = 0;
      try {
        chain ??= openAuditChain(settings.KUBECLAW_AUDIT_DIR, now);
        if (holds()) sealed = await sealOnce(source, chain);
        sealing = true;
      } catch (error) {
        sealing = false;
        // Somebody else wrote it: what we know of its end is not its end.
        if (isKubeClawError(error, "conflict")) chain = null;
        logger.error({ event: "seal_failed", error: errorMessage(error) });
      }
      if (sealed === 0) await sleep(sealMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function sweep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const grants = await sweepGrants(cluster, namespace);
        const decisions = await sweepDecisions(cluster, now);
        if (grants + decisions > 0) logger.info({ event: "swept", grants, decisions });
      } catch (error) {
        logger.warn({ event: "sweep_failed", error: errorMessage(error) });
      }
      await sleep(sweepMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function lead(signal: AbortSignal, holds: () => boolean): Promise<void> {
    logger.info({ event: "leading" });
    const blocking = connectRedisBlocking(settings.REDIS_URL);
    const follower = createRunFollower({
      // A process that was held may wake up overtaken: it does nothing more.
      reconcile: (run) => (holds() ? reconcile(run) : Promise.resolve()),
      isDone: (run) =>
        isFinished(run.status?.phase) &&
        (run.status?.conditions ?? []).some((condition) => condition.type === "RightsTakenBack"),
      onLost: async () => {
        await sweepGrants(cluster, namespace);
      },
      onError: (run, error) => {
        logger.warn({ event: "reconcile_failed", run, error: errorMessage(error) });
      },
    });
    const timer = setInterval(() => {
      follower.resync();
    }, resyncMs);
    const handleWhileLeading = (message: ControllerMessage): Promise<void> =>
      holds() ? handle(message) : Promise.reject(new RunLater(1_000));
    const consumer = consumeQueue("decisions", blocking, handleWhileLeading, (failure) => {
      counters.jobs.inc({ queue: failure.queue, final: String(failure.final) });
      logger.warn({ event: "message_failed", id: failure.id, final: failure.final, error: failure.error.message });
    });
    const watch = watchRuns(
      api,
      namespace,
      `${labels.managedBy}=${managedBy},${labels.kind}=execution`,
      follower,
      (error) => {
        if (!signal.aborted) logger.warn({ event: "watch_failed", error: errorMessage(error) });
      },
      signal,
    );
    await Promise.all([watch, seal(signal, holds), sweep(signal)]);
    clearInterval(timer);
    await consumer.close();
    blocking.disconnect();
  }

  const stop = new AbortController();
  const leading = electLeader({
    store: createLeaseStore(api, namespace, "kubeclaw-controller"),
    holder: `${hostname()}-${randomUUID().slice(0, 8)}`,
    lead,
    now,
    elapsedMs: () => performance.now(),
    signal: stop.signal,
    onError: (error) => {
      logger.warn({ event: "election_failed", error: errorMessage(error) });
    },
  });
  const server = createProbeServer({ registry, ready: () => isUp(redis) });
  await server.listen({ port: settings.PORT, host: "0.0.0.0" });
  logger.info({ event: "controller_started", port: settings.PORT });
  return {
    async close() {
      stop.abort();
      await leading;
      await server.close();
      redis.disconnect();
    },
  };
}
