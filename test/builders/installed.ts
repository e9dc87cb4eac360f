import type { ClusterFacts, Installed, RedisFacts, SlackFacts } from "../../src/doctor/index.js";
import { admissionPolicies, neededScopes } from "../../src/doctor/index.js";
import { installedSchemas } from "../../src/doctor/installed-schemas.js";
import { noon } from "./kubernetes.js";

export function aRedis(over: Partial<RedisFacts> = {}): RedisFacts {
  return {
    version: "7.4.1",
    policy: "noeviction",
    appendOnly: true,
    lastWriteOk: true,
    usedBytes: 10 * 1_048_576,
    limitBytes: 100 * 1_048_576,
    clock: noon,
    ...over,
  };
}

export function aSlack(over: Partial<SlackFacts> = {}): SlackFacts {
  return { team: "T0SHOP", appId: "A0KUBECLAW", scopes: Object.keys(neededScopes), clock: noon, ...over };
}

export function aClusterAsApplied(over: Partial<ClusterFacts> = {}): ClusterFacts {
  return {
    version: "v1.34.4",
    clock: noon,
    resources: new Map(Object.entries(installedSchemas).map(([name, schema]) => [name, { schema, established: true }])),
    policies: new Set<string>(admissionPolicies),
    jobImage: "'registry.local/kubeclaw@sha256:1'",
    ...over,
  };
}

/** An installation in which everything is well: what must be refused is refused. */
export function anInstalled(over: Partial<Installed> = {}): Installed {
  return {
    redis: () => Promise.resolve(aRedis()),
    slack: {
      facts: () => Promise.resolve(aSlack()),
      openSocket: () => Promise.resolve(),
      groupSize: () => Promise.resolve(2),
    },
    appToken: true,
    appId: "A0KUBECLAW",
    groups: [{ id: "S0SRE", role: "approver" }],
    cluster: {
      facts: () => Promise.resolve(aClusterAsApplied()),
      mayDo: ({ verb, resource }) =>
        Promise.resolve(
          !["secrets", "validatingadmissionpolicies"].includes(resource) &&
            verb !== "escalate" &&
            !(verb === "create" && resource === "pods"),
        ),
      reachGatewayFromJob: () => Promise.resolve({ reached: true, found: "answered" }),
    },
    namespaces: { agents: "kubeclaw-agents", executors: "kubeclaw-executors", watched: ["shop"] },
    image: "registry.local/kubeclaw@sha256:1",
    gatewayUrl: "http://kubeclaw-gateway.kubeclaw-system.svc:8080",
    model: { find: () => Promise.resolve() },
    now: () => noon,
    ...over,
  };
}
