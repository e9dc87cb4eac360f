import { type Environment, loadInstallation, readSettings, WorkerSettings } from "../config/index.js";
import { isFinished } from "../domain/agent-run.js";
import { errorMessage } from "../domain/errors.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { labels, managedBy } from "../domain/labels.js";
import { createRedactor } from "../domain/redaction.js";
import type { RunInput } from "../domain/run-input.js";
import { createProbeServer, createRegistry } from "../platform/http/probes.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createRunCluster } from "../platform/kubernetes/run-cluster.js";
import { watchCollection } from "../platform/kubernetes/watch-collection.js";
import { watchRuns } from "../platform/kubernetes/watch-runs.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { createLaunchHistogram } from "../platform/metrics/histograms.js";
import { createAudit } from "../platform/redis/audit-stream.js";
import { connectRedis, connectRedisBlocking, isUp, waitForRedis } from "../platform/redis/connection.js";
import { keys } from "../platform/redis/keys.js";
import { consumeQueue, createEnqueue, type JobFailure, RunLater } from "../platform/redis/queues.js";
import { createRunStore } from "../platform/redis/run-store.js";
import {
  buildLaunchFailure,
  createLaunch,
  createLaunchPatience,
  createReconcile,
  createRunFollower,
  parseJobState,
  sweepRuns,
} from "../worker/index.js";
import type { QueueName } from "../queue/index.js";
import type { Running } from "./process.js";

const resyncMs = 5_000;
const sweepMs = 3_600_000;
/** How long an execution may take, with its verification window of two minutes at most and the way back. */
const executionSeconds = 300;

/** Has a Job ended? */
function isOver(job: KubernetesObject): boolean {
  const { phase } = parseJobState(job);
  return phase === "Succeeded" || phase === "Failed";
}

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
  const launched = createLaunchHistogram(registry);
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
  const follower = createRunFollower({
    reconcile,
    isDone: (run) => isFinished(run.status?.phase),
    onLost: async ({ metadata: { name }, spec }) => {
      if (spec.kind !== "investigation") return;
      const error = "its AgentRun was deleted before it ended";
      await tell({ kind: "ended", run: name, at: now().toISOString(), result: "failed", error }, `${name}-ended`);
    },
    onError: onReconcileError,
  });

  const stop = new AbortController();
  const selector = `${labels.managedBy}=${managedBy}`;
  const onError = (error: unknown) => {
    if (!stop.signal.aborted) logger.warn({ event: "watch_failed", error: errorMessage(error) });
  };
  const watches = Object.values(namespaces).flatMap((namespace) => [
    watchRuns(api, namespace, selector, follower, onError, stop.signal),
    watchCollection(
      api,
      { apiVersion: "batch/v1", kind: "Job", namespace },
      selector,
      {
        onList: (jobs) => {
          for (const job of jobs) follower.job(namespace, job.metadata.name, isOver(job));
        },
        onChange: (job, deleted) => {
          follower.job(namespace, job.metadata.name, deleted || isOver(job));
        },
        onError,
      },
      stop.signal,
    ),
  ]);
  const timer = setInterval(() => {
    follower.resync();
  }, resyncMs);
  const sweep = () => {
    sweepRuns(cluster, Object.values(namespaces), now).then((runs) => {
      if (runs > 0) logger.info({ event: "swept", runs });
    }, onError);
  };
  sweep();
  const sweeper = setInterval(sweep, sweepMs);
  await subscriber.subscribe(keys.cancelChannel);
  subscriber.on("message", (_channel: string, run: string) => {
    for (const namespace of Object.values(namespaces)) follower.job(namespace, run, false);
  });

  const onFailure = async (failure: JobFailure<QueueName>): Promise<void> => {
    counters.jobs.inc({ queue: failure.queue, final: String(failure.final) });
    logger.warn({
      event: "launch_failed",
      queue: failure.queue,
      run: failure.id,
      final: failure.final,
      error: failure.error.message,
    });
    if (!failure.final) return;
    patience.forget(failure.id);
    const { fact, id } = buildLaunchFailure(failure, now()) ?? {};
    if (fact && id !== undefined) await tell(fact, id);
  };
  const patience = createLaunchPatience(() => performance.now());
  async function launchPatiently(input: RunInput): Promise<void> {
    const { run } = input.request;
    try {
      await launch(input);
    } catch (error) {
      const pause = patience.after(run, error);
      if (pause === null) throw error;
      logger.info({ event: "launch_waits", run, error: errorMessage(error) });
      throw new RunLater(pause * (0.5 + Math.random()));
    }
    patience.forget(run);
    const waited = now().getTime() - Date.parse(input.request.requestedAt);
    launched.observe({ kind: input.kind }, Math.max(0, waited / 1_000));
  }
  const { seconds } = installation.budgets.run;
  const consumers = [
    consumeQueue(
      "investigations",
      blocking,
      (request) => launchPatiently({ kind: "investigation", request, deadlineSeconds: seconds }),
      onFailure,
    ),
    consumeQueue(
      "executions",
      blocking,
      (request) => launchPatiently({ kind: "execution", request, deadlineSeconds: executionSeconds }),
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
      clearInterval(sweeper);
      await Promise.all(watches);
      await server.close();
      for (const connection of [redis, blocking, subscriber]) connection.disconnect();
    },
  };
}
