import { buildCause } from "../build-cause.js";
import { fieldEvidence, logEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { isNearName } from "../near-name.js";
import { type Endpoint, parseEndpoints } from "../parse-endpoints.js";
import { portsOf, resolveService } from "../resolve-service.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady, isStarting } from "../workload-health.js";

const rules = describeRules("client", [
  [
    "client-wrong-host",
    "A setting names a Service that is not there",
    "env HOST, ADDR or URL names no Service of the namespace, and one of a similar name is there",
    "propose",
    "warning",
  ],
  [
    "client-wrong-port",
    "A setting names a port that the Service does not have",
    "env URL, ADDR or PORT names a Service and another port than it offers",
    "propose",
    "warning",
  ],
]);

interface Found {
  key: string;
  causeId: "client-wrong-host" | "client-wrong-port";
  endpoint: Endpoint;
  says: string;
  /** The line of its log that shows that it suffers; its health may show it, too. */
  line: { text: string; previous: boolean } | undefined;
}

const trouble =
  /refused|time[d ]?[- ]?out|no such host|not resolve|unreachable|ENOTFOUND|EAI_AGAIN|UnknownHost|unavailable|failed to connect|cannot connect/i;

function lineAbout(model: ScopeModel, container: ContainerState, host: string): Found["line"] {
  for (const { lines, previous } of model.logsOf(container)) {
    const text = lines.slice(-300).findLast((line) => line.includes(host) && trouble.test(line.slice(0, 1_000)));
    if (text !== undefined) return { text, previous };
  }
  return undefined;
}

function judge(model: ScopeModel, container: ContainerState, endpoint: Endpoint): Found | null {
  const from = container.pod.metadata.namespace;
  const { host, port } = endpoint;
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host === "localhost" || !model.knows("Service")) return null;
  const { service, name, namespace } = resolveService(model, host, from);
  const line = lineAbout(model, container, host);
  if (service) {
    const ports = portsOf(service);
    if (port === undefined || ports.length === 0 || ports.includes(port) || service.metadata.name === "") return null;
    const says = `names ${host}:${port}, and Service ${name} has ${ports.slice(0, 5).join(", ")}`;
    return { key: `${endpoint.from} ${host}:${port}`, causeId: "client-wrong-port", endpoint, says, line };
  }
  const here = model.list("Service", namespace);
  if (here.length === 0) return null;
  const near = here.map(({ metadata }) => metadata.name).filter((other) => isNearName(other, name));
  // A name without a dot may be an alias of the pod or the node; a similar Service, or its log, says that it is not.
  if (near.length === 0 && (!line || (host.includes(".") && !host.includes(".svc")))) return null;
  const known = near.length > 0 ? `; there is ${near.slice(0, 3).join(", ")}` : "";
  const says = `names ${host}, and there is no Service ${name} in ${namespace ?? "its namespace"}${known}`;
  return { key: `${endpoint.from} ${host}`, causeId: "client-wrong-host", endpoint, says, line };
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  const found = parseEndpoints(container.spec).flatMap((endpoint) => judge(model, container, endpoint) ?? []);
  return found.find(({ line }) => line !== undefined) ?? found[0] ?? null;
}

function explain(model: ScopeModel, { owner, containers, pods, found }: ContainerGroup<Found>): Cause {
  const [first] = containers;
  const { endpoint, line, causeId, says } = found;
  const suffers = line !== undefined || pods.some((pod) => !isReady(pod) && !isStarting(model, pod));
  return buildCause(model, {
    causeId,
    object: owner,
    container: first.name,
    pods,
    // Without a sign that it is used, a setting that leads nowhere may be left over.
    containers: suffers ? containers : [],
    explains: suffers ? [owner] : [],
    confidence: line === undefined ? "likely" : "confirmed",
    severity: suffers ? "critical" : "warning",
    ...(suffers ? {} : { effects: [] }),
    summary: `${owner.metadata.name}: ${endpoint.from} ${says}`,
    evidence: [
      fieldEvidence(first.pod, `spec.containers[name=${first.name}].env`, `${endpoint.from}=${endpoint.value}`),
      ...(line ? [logEvidence(first, line.previous, line.text)] : []),
    ],
  });
}

/** Clients whose settings lead past the Service that they mean. */
export const clientSettingsFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => look(model, container)).map((group) => explain(model, group)),
};
