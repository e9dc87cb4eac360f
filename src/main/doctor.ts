import { WebClient } from "@slack/web-api";
import {
  DoctorSettings,
  type Environment,
  type Installation,
  loadInstallation,
  readSettings,
} from "../config/index.js";
import { type ClusterProbe, examine, renderFindings } from "../doctor/index.js";
import { createModelProbe } from "../platform/anthropic/model-probe.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createClusterProbe } from "../platform/kubernetes/cluster-probe.js";
import { connectRedis } from "../platform/redis/connection.js";
import { readRedisFacts } from "../platform/redis/redis-facts.js";
import { createSlackProbe } from "../platform/slack/slack-probe.js";

/** The user groups that an installation names, each with what it is there for. */
function groupsOf(installation: Installation | null): { id: string; role: string }[] {
  if (!installation) return [];
  const named = [
    ...Object.entries(installation.roles).flatMap(([role, ids]) => ids.map((id) => [id, role] as const)),
    ...Object.values(installation.namespaces).flatMap(({ approvers = [] }) =>
      approvers.map((id) => [id, "approver"] as const),
    ),
  ];
  const groups = new Map(named.filter(([id]) => id.startsWith("S")));
  return [...groups].map(([id, role]) => ({ id, role }));
}

function watchedNamespaces(installation: Installation | null): string[] {
  const named = [
    ...(installation?.channels.flatMap(({ namespaces }) => namespaces) ?? []),
    ...Object.keys(installation?.namespaces ?? {}),
  ];
  return [...new Set(named.filter((name) => name !== "*"))].sort();
}

/** A kubeconfig that cannot be read is what the cluster's checks find, not the end of all the others. */
function openCluster(agentNamespace: string): ClusterProbe {
  try {
    return createClusterProbe(KubernetesApi.fromEnvironment(), agentNamespace);
  } catch (error) {
    const fail = () => Promise.reject(error instanceof Error ? error : new Error(String(error)));
    return { facts: fail, mayDo: fail, reachGatewayFromJob: fail };
  }
}

/**
 * Examines an installation and prints what it found. What its environment does not name, it does not ask.
 * @returns the exit code: 1 where a check failed, 0 otherwise.
 */
export async function runDoctor(environment: Environment, output: "text" | "json"): Promise<0 | 1> {
  const settings = readSettings(DoctorSettings, environment);
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_API_URL, REDIS_URL, ANTHROPIC_API_KEY } = settings;
  const installation = settings.KUBECLAW_CONFIG === undefined ? null : loadInstallation(settings.KUBECLAW_CONFIG);
  const slackOptions = {
    ...(SLACK_API_URL === undefined ? {} : { slackApiUrl: SLACK_API_URL }),
    retryConfig: { retries: 0 },
    timeout: 10_000,
  };
  const redis = REDIS_URL === undefined ? null : connectRedis(REDIS_URL);
  const findings = await examine({
    redis:
      redis &&
      (async () => {
        await redis.connect();
        return readRedisFacts(redis);
      }),
    slack:
      SLACK_BOT_TOKEN === undefined
        ? null
        : createSlackProbe(
            new WebClient(SLACK_BOT_TOKEN, slackOptions),
            SLACK_APP_TOKEN === undefined ? null : new WebClient(SLACK_APP_TOKEN, slackOptions),
          ),
    appToken: SLACK_APP_TOKEN !== undefined,
    appId: settings.SLACK_APP_ID,
    groups: groupsOf(installation),
    cluster: openCluster(settings.KUBECLAW_AGENT_NAMESPACE),
    namespaces: {
      agents: settings.KUBECLAW_AGENT_NAMESPACE,
      executors: settings.KUBECLAW_EXECUTOR_NAMESPACE,
      watched: watchedNamespaces(installation),
    },
    image: settings.KUBECLAW_AGENT_IMAGE,
    gatewayUrl: settings.KUBECLAW_GATEWAY_URL,
    model:
      ANTHROPIC_API_KEY === undefined
        ? null
        : createModelProbe(ANTHROPIC_API_KEY, settings.ANTHROPIC_BASE_URL, settings.KUBECLAW_MODEL),
    now: () => new Date(),
  });
  redis?.disconnect();
  console.log(output === "json" ? JSON.stringify({ findings }, null, 2) : renderFindings(findings));
  return findings.some(({ state }) => state === "failed") ? 1 : 0;
}
