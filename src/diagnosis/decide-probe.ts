import type { Confidence } from "../domain/diagnosis.js";
import { numberAt } from "../domain/kubernetes-object.js";
import { fieldEvidence, type Finding, logEvidence } from "./build-evidence.js";
import { type ContainerState, crashes, lastEnd } from "./container-state.js";
import { eventReason, eventText } from "./event-text.js";
import {
  declaredPorts,
  listeningPort,
  parseProbeFailure,
  type ProbeFailure,
  type ProbeKind,
  probeSpec,
} from "./parse-probe.js";
import type { ScopeModel } from "./scope-model.js";
import { isStarting } from "./workload-health.js";

/** Was the container killed for this probe, and does it still come back and fail? */
function wasKilledFor(model: ScopeModel, container: ContainerState, probe: ProbeKind): boolean {
  if (container.restarts === 0 || crashes(container, model.now) === null) return false;
  const end = lastEnd(container);
  if (end?.reason === "OOMKilled") return false;
  return model
    .eventsOf(container.pod)
    .some(
      (event) =>
        eventReason(event) === "Killing" &&
        new RegExp(`${probe} probe`, "i").test(eventText(event)) &&
        (eventText(event).includes(container.name) || !/Container \S/.test(eventText(event))),
    );
}

/** Answers that a program which only needs more time would not give. */
const decisive = new Set<ProbeFailure["answer"]>(["not-found", "protocol", "command"]);

/** A container that runs, is not ready, and has had the time to become it: one that may still warm up gets more. */
function isUnready(model: ScopeModel, container: ContainerState, { answer, event }: ProbeFailure): boolean {
  const tries = numberAt(event, "count") ?? numberAt(event, "series", "count") ?? 1;
  const patienceMs = decisive.has(answer) || tries >= 20 ? 60_000 : 120_000;
  return container.running && !container.ready && !container.init && !isStarting(model, container.pod, patienceMs);
}

/** The probe that a container fails now: one that it was killed for, else its readiness probe. */
export function failureOf(model: ScopeModel, container: ContainerState): ProbeFailure | null {
  const events = model.eventsOf(container.pod);
  for (const probe of ["startup", "liveness"] as const) {
    if (wasKilledFor(model, container, probe)) {
      const failure = parseProbeFailure(container, events, probe);
      if (failure) return failure;
    }
  }
  const failure = parseProbeFailure(container, events, "readiness");
  return failure && isUnready(model, container, failure) ? failure : null;
}

/** The port that a probe asks and that its container does not have, with what shows it. */
export function wrongPort(
  model: ScopeModel,
  container: ContainerState,
  probe: ProbeKind,
): { says: string; confidence: Confidence; more: Finding[] } | null {
  const port = probeSpec(container, probe)?.port;
  const declared = declaredPorts(container);
  if (port === undefined) return null;
  const known = declared.some(({ number, name }) => number === port || name === port);
  const log = model.logsOf(container).find(({ lines }) => listeningPort(lines) !== undefined);
  const listens = log && listeningPort(log.lines);
  if (log && listens !== undefined && typeof port === "number" && listens !== port) {
    const line = log.lines.findLast((entry) => listeningPort([entry]) !== undefined) ?? "";
    return {
      says: `asks port ${port}, and the program listens on ${listens}`,
      confidence: known ? "likely" : "confirmed",
      more: [logEvidence(container, log.previous, line)],
    };
  }
  if (known || declared.length === 0 || listens === port) return null;
  const has = declared
    .map(({ number, name }) => (name === undefined ? String(number) : `${number} (${name})`))
    .join(", ");
  return {
    says: `asks port ${port}, and the container declares ${has}`,
    confidence: "likely",
    more: [fieldEvidence(container.pod, "spec.containers.ports", `${container.name}: ${has}`)],
  };
}

/** Killed again and again right when the first tries are over: the program was still starting. */
export function tooEarly(container: ContainerState, failure: ProbeFailure): boolean {
  const spec = probeSpec(container, "liveness");
  const end = lastEnd(container);
  const lived = (Date.parse(end?.finishedAt ?? "") - Date.parse(end?.startedAt ?? "")) / 1_000;
  if (!spec || Number.isNaN(lived) || failure.answer !== "refused") return false;
  if (probeSpec(container, "startup") !== undefined) return false;
  // Two periods and the time that a container has for stopping lie between the last try and the end.
  return lived <= spec.initialDelay + spec.period * (spec.failures + 1) + 30;
}
