import { buildCause } from "../build-cause.js";
import { logEvidence } from "../build-evidence.js";
import { classifyLog, type LogClass } from "../classify-log.js";
import type { ContainerState } from "../container-state.js";
import { readReason } from "../decide-crash-reason.js";
import type { Dependency } from "../decide-dependency.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import type { Cause, RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { servicesOf } from "../workload-health.js";

/** What a program may go on telling while its probe says that it is well. */
const outside = new Set<LogClass["kind"]>([
  "connection",
  "host",
  "auth",
  "connections",
  "certificate",
  "untrusted",
  "read-only-database",
  "read-only-files",
  "no-space",
  "forbidden",
]);
/** The end of the log, and how much of it must be trouble: what was overcome has other lines behind it. */
const window = 20;
const least = 3;

interface Found {
  key: string;
  reading: Dependency;
  log: LogClass;
  count: number;
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  if (!container.ready || !container.running || container.init) return null;
  const [current] = model.logsOf(container).filter(({ previous }) => !previous);
  const tail = (current?.lines ?? []).filter((line) => line.trim() !== "").slice(-window);
  const told = tail.flatMap((line, at) => {
    const found = classifyLog([line], false);
    return found !== null && outside.has(found.kind) ? [{ at, found }] : [];
  });
  const last = told.at(-1);
  if (!last || told.length < least || last.at < tail.length - 5) return null;
  const reading = readReason(model, container, last.found);
  if (reading === null) return null;
  return { key: `${container.name} ${reading.causeId} ${reading.says}`, reading, log: last.found, count: told.length };
}

function explain(model: ScopeModel, { owner, containers, pods, found }: ContainerGroup<Found>): Cause {
  const { reading, log, count } = found;
  const [first] = containers;
  // Only what the cluster itself shows to be so is a failure of more than the log's.
  const suffer = reading.confidence === "confirmed" ? servicesOf(model, pods) : [];
  return buildCause(model, {
    causeId: reading.causeId,
    object: reading.object ?? owner,
    ...(reading.object ? {} : { container: first.name }),
    pods,
    // A warning accounts for nothing: what fails here for another reason is still to be told.
    containers: [],
    confidence: reading.confidence,
    severity: "warning",
    summary: `${owner.metadata.name} runs, and its log goes on telling: ${reading.says}: ${log.line.trim().slice(0, 240)}`,
    evidence: [
      logEvidence(first, log.previous, log.line),
      logEvidence(first, log.previous, `${count} of the last ${window} lines`),
      ...reading.evidence,
    ],
    effects: suffer.map(({ service }) => ({
      object: refOf(service),
      summary: `Service ${service.metadata.name} is served by pods that cannot do all of their work`,
    })),
    explains: [],
    ...(reading.dependsOn ? { dependsOn: reading.dependsOn } : {}),
  });
}

/** Programs that are ready by their probes and tell of trouble all the same: causes of other families, as warnings. */
export const logTroubleFamily: RuleFamily = {
  rules: [],
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => look(model, container)).map((group) => explain(model, group)),
};
