import { type Environment, loadInstallation, readSettings, WorkerSettings } from "../config/index.js";
import { isFinished } from "../domain/agent-run.js";
import { AgentRun } from "../domain/agent-run.js";
import { errorMessage } from "../domain/errors.js";
import { labels, managedBy } from "../domain/labels.js";
import { createRedactor } from "../domain/redaction.js";
import { createProbeServer, createRegistry } from "../platform/http/probes.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createRunCluster } from "../platform/kubernetes/run-cluster.js";
import { watchCollection } from "../platform/kubernetes/watch-collection.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { createAudit } from "../platform/redis/audit-stream.js";
import { connectRedis, connectRedisBlocking, isUp, waitForRedis } from "../platform/redis/connection.js";
import { keys } from "../platform/redis/keys.js";
import { consumeQueue, createEnqueue } from "../platform/redis/queues.js";
import { createRunStore } from "../platform/redis/run-store.js";
import { createLaunch, createReconcile, createRunFollower } from "../worker/index.js";
import type { Running } from "./process.js";

const resyncMs = 5_000;
/** How long an execution may take besides its verification window. */
const executionSeconds = 300;

/** Turns queued requests into Jobs, one for each, and follows them to their end. */
export async function startWorker(environment: Environment): Promise<Running> {
  const settings = readSettings(WorkerSettings, environment);
  const installation = loadInstallation(settings.KUBECLAW_CONFIG);
  const redact = createRedactor();
  const logger = createLogger("worker", settings.LOG_LEVEL, redact);
  const redis = connectRedis(settings.REDIS_URL);
  await waitForRedis(redis);
  const blocking = connectRedisBlocking(settings.REDIS_URL);
  const subscriber = connectRedisBlocking(settings.REDIS_URL);
  const registry = createRegistry();
  const counters = createCounters(registry);
  const namespaces = { agents: settings.KUBECLAW_AGENT_NAMESPACE, executors: settings.KUBECLAW_EXECUTOR_NAMESPACE };
  const api = KubernetesApi.fromEnvironment();
  const now = () => api.now();
  const cluster = createRunCluster(api);
  const store = createRunStore(redis);
  const audit = createAudit(redis, redact);
  const enqueueFact = createEnqueue("outbox", redis);
  const reconcile = createReconcile({
    cluster,
    tell: (fact, id) => enqueueFact(fact, { id }),
    audit,
    isCancelled: (run) => store.isCancelled(run),
    summary: (run) => store.summary(run),
    job: {
      image: settings.KUBECLAW_AGENT_IMAGE,
      gatewayUrl: settings.KUBECLAW_GATEWAY_URL,
      approvalPublicKey: settings.KUBECLAW_APPROVAL_PUBLIC_KEY,
      executorNamespace: namespaces.executors,
      logLevel: settings.LOG_LEVEL,
    },
    now,
  });
  const onReconcileError = (run: string, error: unknown) => {
    logger.warn({ event: "reconcile_failed", run, error: errorMessage(error) });
  };
  const tell = (fact: Parameters<typeof enqueueFact>[0], id: string) => enqueueFact(fact, { id });
  const launch = createLaunch({
    cluster,
    inputs: store,
    tell,
    audit,
    namespaces,
    reconcile,
    now,
    onError: onReconcileError,
  });
  const follower = createRunFollower(reconcile, (run) => isFinished(run.status?.phase), onReconcileError);

  const stop = new AbortController();
  const selector = `${labels.managedBy}=${managedBy}`;
  const onError = (error: unknown) => {
    if (!stop.signal.aborted) logger.warn({ event: "watch_failed", error: errorMessage(error) });
  };
  const watches = Object.values(namespaces).flatMap((namespace) => [
    watchCollection(
      api,
      { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun", namespace },
      selector,
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
        onError,
      },
      stop.signal,
    ),
    watchCollection(
      api,
      { apiVersion: "batch/v1", kind: "Job", namespace },
      selector,
      {
        onList: (jobs) => {
          for (const job of jobs) follower.job(namespace, job.metadata.name);
        },
        onChange: (job) => {
          follower.job(namespace, job.metadata.name);
        },
        onError,
      },
      stop.signal,
    ),
  ]);
  const timer = setInterval(() => {
    follower.resync();
  }, resyncMs);
  await subscriber.subscribe(keys.cancelChannel);
  subscriber.on("message", (_channel: string, run: string) => {
    for (const namespace of Object.values(namespaces)) follower.job(namespace, run);
  });

  const onFailure = (failure: { queue: string; id: string; error: Error; final: boolean }) => {
    counters.jobs.inc({ queue: failure.queue, final: String(failure.final) });
    logger.warn({
      event: "launch_failed",
      queue: failure.queue,
      run: failure.id,
      final: failure.final,
      error: failure.error.message,
    });
    if (failure.final && failure.queue === "investigations") {
      const error = `could not be launched: ${failure.error.message}`.slice(0, 500);
      void enqueueFact(
        {
          kind: "ended",
          run: failure.id,
          at: now().toISOString(),
          result: "failed",
          error,
        },
        { id: `${failure.id}-ended` },
      ).catch(onError);
    }
  };
  const { seconds } = installation.budgets.run;
  const consumers = [
    consumeQueue(
      "investigations",
      blocking,
      (request) => launch({ kind: "investigation", request, deadlineSeconds: seconds }),
      onFailure,
    ),
    consumeQueue(
      "executions",
      blocking,
      (request) => launch({ kind: "execution", request, deadlineSeconds: executionSeconds }),
      onFailure,
    ),
  ];
  const server = createProbeServer({ registry, ready: () => isUp(redis) });
  await server.listen({ port: settings.PORT, host: "0.0.0.0" });
  logger.info({ event: "worker_started", port: settings.PORT });
  return {
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.close()));
      stop.abort();
      clearInterval(timer);
      await Promise.all(watches);
      await server.close();
      for (const connection of [redis, blocking, subscriber]) connection.disconnect();
    },
  };
}
