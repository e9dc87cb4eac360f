import { hostname } from "node:os";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createVerifier } from "../approval/index.js";
import { sealOnce } from "../audit/index.js";
import {
  ControllerSettings,
  type Environment,
  environmentOf,
  loadInstallation,
  readSettings,
} from "../config/index.js";
import { createHandleMessage, createReconcileExecution, electLeader } from "../controller/index.js";
import { AgentRun, isFinished } from "../domain/agent-run.js";
import { errorMessage } from "../domain/errors.js";
import { RunId } from "../domain/ids.js";
import { labels, managedBy } from "../domain/labels.js";
import { createRedactor } from "../domain/redaction.js";
import { openAuditChain } from "../platform/files/audit-chain.js";
import { createProbeServer, createRegistry } from "../platform/http/probes.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createControllerCluster } from "../platform/kubernetes/controller-cluster.js";
import { createLeaseStore } from "../platform/kubernetes/lease-store.js";
import { createPlanningCluster } from "../platform/kubernetes/planning-cluster.js";
import { watchCollection } from "../platform/kubernetes/watch-collection.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { createAudit, createAuditSource } from "../platform/redis/audit-stream.js";
import { connectRedis, connectRedisBlocking, isUp, waitForRedis } from "../platform/redis/connection.js";
import { createFreezeStore } from "../platform/redis/freeze-store.js";
import { consumeQueue, createEnqueue } from "../platform/redis/queues.js";
import { createRunFollower } from "../worker/index.js";
import type { Running } from "./process.js";

const resyncMs = 3_000;
const sealMs = 500;
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

  async function seal(signal: AbortSignal): Promise<void> {
    const chain = openAuditChain(settings.KUBECLAW_AUDIT_DIR, now);
    const source = createAuditSource(redis);
    while (!signal.aborted) {
      const sealed = await sealOnce(source, chain).then(
        (count) => {
          sealing = true;
          return count;
        },
        (error: unknown) => {
          sealing = false;
          logger.error({ event: "seal_failed", error: errorMessage(error) });
          return 0;
        },
      );
      if (sealed === 0) await sleep(sealMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async function lead(signal: AbortSignal): Promise<void> {
    logger.info({ event: "leading" });
    const blocking = connectRedisBlocking(settings.REDIS_URL);
    const follower = createRunFollower(
      reconcile,
      (run) =>
        isFinished(run.status?.phase) &&
        (run.status?.conditions ?? []).some((condition) => condition.type === "RightsTakenBack"),
      (run, error) => {
        logger.warn({ event: "reconcile_failed", run, error: errorMessage(error) });
      },
    );
    const timer = setInterval(() => {
      follower.resync();
    }, resyncMs);
    const consumer = consumeQueue("decisions", blocking, handle, (failure) => {
      counters.jobs.inc({ queue: failure.queue, final: String(failure.final) });
      logger.warn({ event: "message_failed", id: failure.id, final: failure.final, error: failure.error.message });
    });
    const watch = watchCollection(
      api,
      { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun", namespace },
      `${labels.managedBy}=${managedBy},${labels.kind}=execution`,
      {
        onList: (objects) => {
          follower.runs(
            namespace,
            objects.map((object) => AgentRun.parse(object)),
          );
        },
        onChange: (object, deleted) => {
          follower.run(AgentRun.parse(object), deleted);
        },
        onError: (error) => {
          if (!signal.aborted) logger.warn({ event: "watch_failed", error: errorMessage(error) });
        },
      },
      signal,
    );
    await Promise.all([watch, seal(signal)]);
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
      await sleep(200);
      await server.close();
      redis.disconnect();
    },
  };
}
