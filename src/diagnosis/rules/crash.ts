import type { ActionProposal } from "../../domain/action.js";
import { at, type KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { endEvidence, type Finding, logEvidence, waitingEvidence } from "../build-evidence.js";
import { classifyLog, type LogClass } from "../classify-log.js";
import { type ContainerState, crashes, lastEnd, type Termination } from "../container-state.js";
import { readReason } from "../decide-crash-reason.js";
import type { Dependency } from "../decide-dependency.js";
import { failureOf } from "../decide-probe.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { proposeScaleBack } from "../propose-scale.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { failedJobOf, isStarting } from "../workload-health.js";

const crash = "crash, and its log ends with";
const rules = describeRules("crash", [
  ["required-setting-missing", "A required setting is missing", `${crash} a setting that is missing`, "propose"],
  [
    "dependency-auth-failed",
    "A dependency refuses the credentials",
    `${crash} authentication failed, access denied`,
    "propose",
  ],
  ["dependency-unreachable", "A dependency cannot be reached", `${crash} connection refused or timed out`],
  [
    "dependency-wrong-port",
    "A dependency has another port",
    `${crash} a port that the Service does not have`,
    "propose",
  ],
  [
    "scaled-to-zero",
    "What is needed is scaled to zero",
    `${crash} connection refused by a Service whose workload has 0 replicas`,
    "propose",
  ],
  ["host-not-resolved", "A host name cannot be resolved", `${crash} no such host, ENOTFOUND, UnknownHost`, "propose"],
  [
    "pod-dns-misconfigured",
    "The pod does not ask the cluster's DNS",
    `${crash} a Service's name that cannot be resolved; dnsPolicy Default, or None with other name servers`,
    "propose",
  ],
  [
    "networkpolicy-blocks-ingress",
    "A policy keeps the client out",
    `${crash} a timeout to a Service with endpoints; a NetworkPolicy of its pods allows no such peer or port`,
    "propose",
  ],
  [
    "networkpolicy-blocks-egress",
    "A policy keeps the client in",
    `${crash} a timeout to a Service with endpoints; a NetworkPolicy of the client allows no such peer or port`,
    "propose",
  ],
  [
    "networkpolicy-blocks-dns",
    "A policy keeps the client from DNS",
    `${crash} a name that times out; the client's NetworkPolicies allow no port 53`,
    "propose",
  ],
  ["port-already-in-use", "The port is in use", `${crash} address already in use`, "propose"],
  ["certificate-expired", "A certificate has expired", `${crash} certificate has expired`, "propose"],
  ["filesystem-read-only", "The file system is read-only", `${crash} read-only file system`],
  ["database-read-only", "The database is read-only", `${crash} a write refused by a read-only database`],
  [
    "database-connections-exhausted",
    "The database takes no more connections",
    `${crash} too many connections`,
    "propose",
  ],
  ["ephemeral-storage-full", "The container's disk is full", `${crash} no space left on device`, "propose"],
  ["shm-full", "Shared memory is full", `${crash} no space left on device in /dev/shm`, "propose"],
  ["volume-full", "A volume is full", `${crash} no space left on device on a mounted claim`, "propose"],
  ["too-many-open-files", "Too many open files", `${crash} too many open files`],
  [
    "volume-permission-denied",
    "The user may not write to the volume",
    `${crash} permission denied on a mounted claim`,
    "propose",
  ],
  ["rbac-forbidden", "The ServiceAccount lacks a right", `${crash} User "system:serviceaccount:…" cannot …`, "propose"],
  ["process-segfault", "Segmentation fault", "exit code 139"],
  ["process-aborted", "The process aborted", "exit code 134"],
  ["illegal-instruction", "Illegal instruction", "exit code 132"],
  ["process-exits-zero", "The process ends by itself", "exit code 0 with restartPolicy Always", "propose"],
  ["application-error", "The program fails in its own code", "crash, and an error or stack trace in its log"],
  ["init-container-failed", "An init container fails", "init container crashes, no known reason in its log"],
  ["container-crash", "Crashes, cause not visible", "crash without a telling log or event"],
]);

const bySignal = new Map([
  [139, ["process-segfault", "it dies of a segmentation fault"]],
  [134, ["process-aborted", "it aborts"]],
  [132, ["illegal-instruction", "it runs an instruction that the processor does not know"]],
] as const);

interface Found {
  key: string;
  reading: Dependency;
  log: LogClass | null;
  end: Termination | undefined;
  when: "now" | "at times";
}

function fromExit(container: ContainerState, end: Termination | undefined, logs: readonly unknown[]): Dependency {
  const of = (causeId: string, says: string, confidence: Dependency["confidence"]): Dependency => ({
    causeId,
    says,
    confidence,
    evidence: [],
  });
  const signal = end && bySignal.get(end.exitCode as 139 | 134 | 132);
  const proof = logs.length > 0 ? "confirmed" : "likely";
  if (signal) return of(signal[0], `${signal[1]} (exit code ${end.exitCode})`, proof);
  // A probe may have had it stopped: without the events that would say so, it is not certain.
  const probed = ["livenessProbe", "startupProbe"].some((probe) => at(container.spec, probe) !== undefined);
  if (end?.exitCode === 0)
    return of("process-exits-zero", "its process ends by itself with exit code 0", probed ? "likely" : "confirmed");
  const code = end === undefined ? "" : ` with exit code ${end.exitCode}`;
  if (container.init) return of("init-container-failed", `its init container ${container.name} fails${code}`, proof);
  const backOff = container.waitingReason === "CrashLoopBackOff" ? `CrashLoopBackOff: ${container.waitingMessage}` : "";
  return of("container-crash", end ? `it crashes${code}, and nothing shows why` : backOff, "inconclusive");
}

/** The kinds that also explain a container that runs and never gets ready. */
const waitsFor = new Set<LogClass["kind"]>([
  "connection",
  "host",
  "auth",
  "connections",
  "read-only-database",
  "certificate",
]);

/** Runtimes abort, or crash on purpose, when a program ends by an error of its own: then its words say why. */
function saysMore(end: Termination | undefined, log: LogClass): boolean {
  if (end?.exitCode !== 134 && end?.exitCode !== 139) return false;
  return log.kind !== "error" || /unhandled exception|out of memory|heap|terminate called|panic/i.test(log.line);
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  const when = crashes(container, model.now);
  const stuck =
    container.running && !container.ready && container.restarts === 0 && !isStarting(model, container.pod, 120_000);
  if (when === null && !stuck) return null;
  const end = lastEnd(container);
  const logs = model.logsOf(container).filter(({ previous }) => (when === null ? !previous : true));
  const readings = logs.map(({ lines, previous }) => classifyLog(lines, previous));
  const specific = readings.find((found) => found !== null && found.kind !== "error");
  const log = specific ?? readings.find((found) => found !== null) ?? null;
  if (when === null && (log === null || !waitsFor.has(log.kind))) return null;
  const exited = fromExit(container, end, model.logsOf(container));
  const reading =
    (log && (exited.causeId === "container-crash" || saysMore(end, log)) ? readReason(model, container, log) : null) ??
    (log && container.init ? readReason(model, container, log) : null) ??
    exited;
  // A Job that gave up says more than a crash that nothing explains.
  if (reading.causeId === "container-crash" && failedJobOf(model, container.pod)) return null;
  // Killed for its probe, it did not end by itself: unless its log names what it waits for, the probe is the sign.
  if (
    ["container-crash", "process-exits-zero", "application-error"].includes(reading.causeId) &&
    failureOf(model, container)
  )
    return null;
  const about = reading.causeId === "application-error" ? "" : reading.says;
  return { key: `${container.name} ${reading.causeId} ${about}`, reading, log, end, when: when ?? "now" };
}

/** What would help is about the object that a person would change, and it may be another one than the one that crashes. */
function remedies(model: ScopeModel, reading: Dependency, owner: KubernetesObject): ActionProposal[] {
  if (reading.causeId === "scaled-to-zero" && reading.object) return proposeScaleBack(model, reading.object);
  return reading.object || reading.dependsOn ? [] : proposeUndoToServing(model, owner);
}

function explain(model: ScopeModel, group: ContainerGroup<Found>): Cause {
  const { owner, containers, pods, found } = group;
  const { reading, log, end, when } = found;
  const [first] = containers;
  const exited = fromExit(first, end, model.logsOf(first)).causeId;
  const fromLog = log !== null && (reading.causeId !== exited || exited === "container-crash");
  const evidence: Finding[] = [
    ...(fromLog ? [logEvidence(first, log.previous, log.line)] : []),
    ...(end ? [endEvidence(first, end)] : []),
    ...(first.waitingReason === "CrashLoopBackOff" ? [waitingEvidence(first)] : []),
    ...reading.evidence,
  ];
  const quote = fromLog ? `: ${log.line.trim().slice(0, 240)}` : "";
  const restarts = first.restarts > 0 ? ` (${first.restarts} restarts)` : "";
  const cause = buildCause(model, {
    causeId: reading.causeId,
    object: reading.object ?? owner,
    ...(reading.object ? {} : { container: first.name }),
    pods,
    containers,
    confidence: reading.confidence,
    ...(when === "at times" ? { severity: "warning" as const } : {}),
    summary: `${owner.metadata.name}: ${reading.says}${quote}${restarts}`,
    evidence,
    ruledOut: [
      ...(end
        ? [
            {
              causeId: "container-oom-killed",
              because: `it ended with ${end.reason || "a reason that is not OOMKilled"}`,
            },
          ]
        : []),
      { causeId: "image-not-found", because: "the container was started" },
    ],
    notChecked: model.logsOf(first).length === 0 ? [`log of container ${first.name}: not read`] : [],
    ...(reading.dependsOn ? { dependsOn: reading.dependsOn } : {}),
    actions: remedies(model, reading, owner),
  });
  return cause;
}

/** Why containers crash, or run and never get ready, as their exit codes and logs tell it. */
export const crashFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => look(model, container)).map((group) => explain(model, group)),
};
