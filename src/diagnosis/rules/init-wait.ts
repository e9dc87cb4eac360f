import { buildCause } from "../build-cause.js";
import { fieldEvidence, type Finding, logEvidence } from "../build-evidence.js";
import { classifyLog } from "../classify-log.js";
import type { ContainerState } from "../container-state.js";
import { elapsed } from "../elapsed.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { parseAwaited } from "../parse-awaited.js";
import { type Peer, parsePeer, parseUnknownHost } from "../parse-peer.js";
import { portsOf, readyBehind, resolveService } from "../resolve-service.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";

const rules = describeRules("init", [
  [
    "init-waiting-for-dependency",
    "An init container waits for something",
    "init container runs for more than two minutes; its command or its log names what it waits for",
    "propose",
  ],
]);

const patienceMs = 2 * 60_000;

interface Found {
  key: string;
  peer: Peer;
  evidence: Finding[];
  /** Named by its command or by an error, and not by a word alone. */
  sure: boolean;
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  if (!container.init || !container.running || elapsed(model.now, container.runningSince) < patienceMs) return null;
  const told = model
    .logsOf(container)
    .filter(({ previous }) => !previous)
    .map(({ lines }) => classifyLog(lines, false))
    .find((found) => found?.kind === "connection" || found?.kind === "host");
  const logged = told ? (parsePeer(told.line) ?? hostOnly(told.line)) : null;
  const commanded = logged ?? parseAwaited(container.spec);
  const said = commanded ? undefined : awaitedInLog(model, container);
  const peer = commanded ?? said?.peer;
  if (!peer) return null;
  const evidence = [
    fieldEvidence(
      container.pod,
      container.path.replace(".waiting", ".running"),
      `since ${container.runningSince ?? ""}`,
    ),
    ...(told && logged ? [logEvidence(container, false, told.line)] : []),
    ...(said ? [logEvidence(container, false, said.line)] : []),
  ];
  return { key: `${container.name} ${peer.host}:${peer.port ?? ""}`, peer, evidence, sure: said === undefined };
}

const waitingFor =
  /\bwait(?:ing|s)? for (?:the )?(?:service )?["'`]?([a-z0-9][a-z0-9.-]{1,200}[a-z0-9])(?::(\d{2,5}))?["'`]?(?:\s|[.…,;]|$)/i;

/** What its last line says that it waits for: a word that may be a host's name, or only a word. */
function awaitedInLog(model: ScopeModel, container: ContainerState): { peer: Peer; line: string } | undefined {
  const lines = model.logsOf(container).flatMap((log) => (log.previous ? [] : log.lines));
  const line = lines.findLast((entry) => entry.trim() !== "")?.slice(0, 500) ?? "";
  const [, host, port] = waitingFor.exec(line) ?? [];
  if (host === undefined) return undefined;
  const { service } = resolveService(model, host, container.pod.metadata.namespace);
  if (!service && !/[.-]/.test(host)) return undefined;
  return { peer: { host, port: port === undefined ? undefined : Number(port) }, line };
}

function hostOnly(line: string): Peer | null {
  const host = parseUnknownHost(line);
  return host === null ? null : { host, port: undefined };
}

function explain(model: ScopeModel, { owner, containers, pods, found }: ContainerGroup<Found>): Cause {
  const [first] = containers;
  const { host, port } = found.peer;
  const { service, inCluster, name, namespace } = resolveService(model, host, first.pod.metadata.namespace);
  const where = port === undefined ? host : `${host}:${port}`;
  const draft = { causeId: "init-waiting-for-dependency", object: owner, container: first.name, pods, containers };
  const waits = `${owner.metadata.name}: its init container ${first.name} waits for ${where}`;
  const ports = service ? portsOf(service) : [];
  if (!service) {
    const read = namespace === first.pod.metadata.namespace || model.list("Service", namespace).length > 0;
    const gone = inCluster && read && model.knows("Service");
    return buildCause(model, {
      ...draft,
      confidence: gone && found.sure ? "confirmed" : "likely",
      summary: gone
        ? `${waits}, and there is no Service ${name} in ${namespace ?? "its namespace"}`
        : `${waits}, which is no Service of the snapshot`,
      evidence: found.evidence,
    });
  }
  if (port !== undefined && ports.length > 0 && !ports.includes(port))
    return buildCause(model, {
      ...draft,
      summary: `${waits}, and Service ${name} has no port ${port}; it has ${ports.slice(0, 5).join(", ")}`,
      evidence: [...found.evidence, fieldEvidence(service, "spec.ports", `ports ${ports.join(", ")}`)],
    });
  const ready = readyBehind(model, service);
  return buildCause(model, {
    ...draft,
    confidence: ready === 0 ? "confirmed" : "likely",
    summary: `${waits}: Service ${name} has ${ready === 0 ? "no" : ready} ready endpoints`,
    evidence: [...found.evidence, fieldEvidence(service, "spec.selector", `${ready} ready endpoints`)],
    dependsOn: refOf(service),
  });
}

/** Init containers that run and wait for something that does not come. */
export const initWaitFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => look(model, container)).map((group) => explain(model, group)),
};
