import { setTimeout as sleep } from "node:timers/promises";
import { type Environment, GatewaySettings, loadInstallation, readSettings } from "../config/index.js";
import { errorMessage } from "../domain/errors.js";
import { createRedactor } from "../domain/redaction.js";
import { createDoor, createModelProxy } from "../gateway/index.js";
import { createModelUpstream } from "../platform/anthropic/upstream.js";
import { addGatewayRoutes } from "../platform/http/gateway-routes.js";
import { createProbeServer, createRegistry } from "../platform/http/probes.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createGatewayCluster } from "../platform/kubernetes/gateway-cluster.js";
import { createLogger } from "../platform/log/logger.js";
import { createCounters } from "../platform/metrics/counters.js";
import { createMetricsSource } from "../platform/prometheus/metrics-source.js";
import { createAudit } from "../platform/redis/audit-stream.js";
import { createBudgets } from "../platform/redis/budgets.js";
import { connectRedis, isUp, waitForRedis } from "../platform/redis/connection.js";
import { createFreezeStore } from "../platform/redis/freeze-store.js";
import { createEnqueue } from "../platform/redis/queues.js";
import { createRunStore } from "../platform/redis/run-store.js";
import type { Running } from "./process.js";

/** The door for Job pods: checks who calls, passes on what a run may say, and holds the model's key. */
export async function startGateway(environment: Environment): Promise<Running> {
  const settings = readSettings(GatewaySettings, environment);
  const installation = loadInstallation(settings.KUBECLAW_CONFIG);
  const redact = createRedactor();
  const logger = createLogger("gateway", settings.LOG_LEVEL, redact);
  const api = KubernetesApi.fromEnvironment();
  const now = () => api.now();
  const redis = connectRedis(settings.REDIS_URL);
  await waitForRedis(redis);
  const registry = createRegistry();
  const counters = createCounters(registry);
  const audit = createAudit(redis, redact);
  const budgets = createBudgets(redis, now);
  const upstream =
    settings.ANTHROPIC_API_KEY === undefined
      ? null
      : createModelUpstream(settings.ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL);
  const { run, day } = installation.budgets;
  const limits = {
    model: settings.KUBECLAW_MODEL,
    maxTokens: 4_096,
    runUsd: run.usd,
    runCalls: run.modelCalls,
    dayUsd: day.usd,
  };
  const onRefusal = (reason: string) => {
    counters.gatewayRefusals.inc({ reason });
    logger.warn({ event: "gateway_refused", reason });
  };
  const enqueueFact = createEnqueue("outbox", redis);
  const enqueueDecision = createEnqueue("decisions", redis);
  const door = createDoor({
    cluster: createGatewayCluster(api),
    store: createRunStore(redis),
    freezes: createFreezeStore(redis),
    audit,
    redact,
    tell: (fact, id) => enqueueFact(fact, { id }),
    tellController: (message, id) => enqueueDecision(message, { id }),
    spentUsd: (id) => budgets.spentUsd(id),
    limits: upstream ? limits : null,
    metrics: settings.PROMETHEUS_URL === undefined ? null : createMetricsSource(settings.PROMETHEUS_URL),
    namespaces: { agents: settings.KUBECLAW_AGENT_NAMESPACE, executors: settings.KUBECLAW_EXECUTOR_NAMESPACE },
    model: createModelProxy({ upstream, budgets, audit, redact, limits, now, pause: sleep }),
    onRefusal,
    onError: (route, error) => {
      logger.error({ event: "gateway_call_failed", route, error: errorMessage(error) });
    },
    now,
  });
  const server = createProbeServer({ registry, ready: () => isUp(redis) });
  addGatewayRoutes(server, door, async (reason) => {
    onRefusal(reason);
    const actor = { kind: "system" as const, id: "gateway" };
    await audit({ at: now().toISOString(), kind: "delivery.refused", actor, run: null, detail: { reason } });
  });
  await server
    .listen({ port: settings.PORT, host: "::" })
    .catch(() => server.listen({ port: settings.PORT, host: "0.0.0.0" }));
  logger.info({ event: "gateway_listening", port: settings.PORT, model: upstream ? settings.KUBECLAW_MODEL : "none" });
  return {
    async close() {
      await server.close();
      redis.disconnect();
    },
  };
}
