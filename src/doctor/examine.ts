import { errorMessage } from "../domain/errors.js";
import { decideClock } from "./decide-clock.js";
import { decideCluster } from "./decide-cluster.js";
import { decideRedis } from "./decide-redis.js";
import { decideGroup, decideSlack } from "./decide-slack.js";
import { examineRights } from "./examine-rights.js";
import { type Finding, findingsOf } from "./finding.js";
import type { ClusterProbe, ModelProbe, RedisFacts, SlackProbe } from "./ports.js";

/** What there is to examine; null where the environment says nothing about it. */
export interface Installed {
  redis: (() => Promise<RedisFacts>) | null;
  slack: SlackProbe | null;
  appToken: boolean;
  appId: string | undefined;
  /** User groups that the installation names, with what they are. */
  groups: readonly { id: string; role: string }[];
  cluster: ClusterProbe;
  namespaces: { agents: string; executors: string; watched: readonly string[] };
  image: string | undefined;
  gatewayUrl: string | undefined;
  model: ModelProbe | null;
  now: () => Date;
}

async function examineRedis({ redis, now }: Installed): Promise<Finding[]> {
  if (!redis) return [findingsOf("redis").skipped("reachable", "not asked", "set REDIS_URL")];
  const facts = await redis();
  return [...decideRedis(facts), decideClock("Redis", now(), facts.clock)];
}

async function examineSlack({ slack, appToken, appId, groups, now }: Installed): Promise<Finding[]> {
  const { ok, failed, skipped } = findingsOf("slack");
  if (!slack) return [skipped("bot token", "not asked", "set SLACK_BOT_TOKEN")];
  const facts = await slack.facts();
  const socket = !appToken
    ? skipped("app-level token", "none: signed HTTP", "set SLACK_APP_TOKEN for Socket Mode")
    : await slack.openSocket().then(
        () => ok("app-level token", "Socket Mode opens"),
        (error: unknown) =>
          failed("app-level token", errorMessage(error), "make an app-level token with connections:write"),
      );
  const sizes = await Promise.all(groups.map(async ({ id, role }) => decideGroup(id, role, await slack.groupSize(id))));
  return [
    ...decideSlack(facts, appId),
    socket,
    ...sizes,
    ...(facts.clock ? [decideClock("Slack", now(), facts.clock)] : []),
  ];
}

async function examineCluster({ cluster, image, namespaces, now }: Installed): Promise<Finding[]> {
  const facts = await cluster.facts();
  return [
    ...decideCluster(facts, image),
    ...(await examineRights(cluster, namespaces)),
    ...(facts.clock ? [decideClock("API server", now(), facts.clock)] : []),
  ];
}

async function examineGateway({ cluster, image, gatewayUrl }: Installed): Promise<Finding[]> {
  const { ok, failed, skipped } = findingsOf("gateway");
  const check = "reachable from a Job";
  if (image === undefined || gatewayUrl === undefined)
    return [skipped(check, "not asked", "set KUBECLAW_AGENT_IMAGE and KUBECLAW_GATEWAY_URL")];
  const { reached, found } = await cluster.reachGatewayFromJob(image, gatewayUrl);
  return [
    reached
      ? ok(check, found)
      : failed(check, found, "look at the gateway's pods, at the NetworkPolicies, and at KUBECLAW_GATEWAY_URL"),
  ];
}

async function examineModel({ model }: Installed): Promise<Finding[]> {
  const { ok, skipped } = findingsOf("model");
  if (!model) return [skipped("answers", "rules only", "set ANTHROPIC_API_KEY, if a model may take part")];
  await model.find();
  return [ok("answers", "the key is good and the model is known")];
}

/** Looks at every part of an installation. A part that cannot be looked at is a failure of its own, never of the rest. */
export async function examine(installed: Installed): Promise<Finding[]> {
  const part = async (name: Finding["part"], fix: string, look: (installed: Installed) => Promise<Finding[]>) =>
    look(installed).catch((error: unknown) => [findingsOf(name).failed("reachable", errorMessage(error), fix)]);
  const parts = await Promise.all([
    part("redis", "look at REDIS_URL, its user and its password", examineRedis),
    part("slack", "look at SLACK_BOT_TOKEN, and whether the app is still installed", examineSlack),
    part("cluster", "look at KUBECONFIG, and at the rights of who runs this", examineCluster),
    part("gateway", "look at the rights of who runs this: a Job is made in the agents' namespace", examineGateway),
    part("model", "look at ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL and KUBECLAW_MODEL", examineModel),
  ]);
  return parts.flat();
}
