import type { Confidence } from "../../domain/diagnosis.js";
import { buildCause } from "../build-cause.js";
import { endEvidence, eventEvidence, fieldEvidence, type Finding } from "../build-evidence.js";
import { type ContainerState, lastEnd } from "../container-state.js";
import { failureOf, tooEarly, wrongPort } from "../decide-probe.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { type ProbeFailure, probeSpec } from "../parse-probe.js";
import { proposeRolloutRestart } from "../propose-rollout-restart.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const asked = "Unhealthy events of the probe";
const configuredRules = describeRules("probe", [
  [
    "liveness-wrong-port",
    "Liveness probe asks the wrong port",
    `${asked}, killed; the port is not the container's`,
    "propose",
  ],
  ["liveness-wrong-path", "Liveness probe asks a path that does not exist", `${asked}, killed; 404`, "propose"],
  [
    "liveness-wrong-protocol",
    "Liveness probe speaks the wrong protocol",
    `${asked}, killed; malformed HTTP, TLS`,
    "propose",
  ],
  [
    "liveness-too-early",
    "Liveness probe begins before the program is up",
    `${asked}, killed within the first tries`,
    "propose",
  ],
  [
    "readiness-wrong-port",
    "Readiness probe asks the wrong port",
    `${asked}, not ready; the port is not the container's`,
    "propose",
  ],
  ["readiness-wrong-path", "Readiness probe asks a path that does not exist", `${asked}, not ready; 404`, "propose"],
  [
    "readiness-wrong-protocol",
    "Readiness probe speaks the wrong protocol",
    `${asked}, not ready; malformed HTTP, TLS`,
    "propose",
  ],
  [
    "startup-budget-exceeded",
    "Starts slower than the startup probe allows",
    `${asked}, killed by the startup probe`,
    "propose",
  ],
]);
const unhealthyRules = describeRules("probe", [
  [
    "liveness-app-unhealthy",
    "The program fails its liveness probe",
    `${asked}, killed; 5xx, timeout, refused`,
    "propose",
  ],
  [
    "readiness-app-not-ready",
    "The program says that it is not ready",
    `${asked}, not ready; 5xx, timeout, refused`,
    "propose",
  ],
]);

interface Found {
  key: string;
  causeId: string;
  says: string;
  confidence: Confidence;
  failure: ProbeFailure;
  more: Finding[];
}

function configured(model: ScopeModel, container: ContainerState): Found | null {
  const failure = failureOf(model, container);
  if (!failure) return null;
  const { probe, answer, status } = failure;
  const spec = probeSpec(container, probe);
  const found = (causeId: string, says: string, confidence: Confidence, more: Finding[] = []): Found => ({
    key: `${container.name} ${causeId}`,
    causeId,
    says,
    confidence,
    failure,
    more,
  });
  const port = answer === "refused" || answer === "other" ? wrongPort(model, container, probe) : null;
  if (probe === "startup") {
    const budget = spec ? spec.initialDelay + spec.period * spec.failures : undefined;
    const allows = budget === undefined ? "" : `, which allows ${budget} s`;
    return found(
      "startup-budget-exceeded",
      `${container.name} does not pass its startup probe${allows}${port ? `; the probe ${port.says}` : ""}`,
      answer === "refused" || answer === "timeout" ? "likely" : "confirmed",
      port?.more,
    );
  }
  const says = (text: string) => `the ${probe} probe of ${container.name} ${text}`;
  if (port) return found(`${probe}-wrong-port`, says(port.says), port.confidence, port.more);
  if (answer === "not-found")
    return found(
      `${probe}-wrong-path`,
      says(`asks ${spec?.path ?? "a path"}, which answers ${status ?? 404}`),
      "confirmed",
    );
  if (answer === "protocol")
    return found(
      `${probe}-wrong-protocol`,
      says(`speaks ${spec?.scheme ?? "HTTP"} to port ${String(spec?.port ?? "")}, which speaks something else`),
      status === 400 ? "likely" : "confirmed",
    );
  if (probe === "liveness" && tooEarly(container, failure))
    return found(
      "liveness-too-early",
      says(`begins after ${spec?.initialDelay ?? 0} s and kills it before it listens`),
      "likely",
    );
  return null;
}

const answers: Readonly<Record<ProbeFailure["answer"], string>> = {
  refused: "gets no connection",
  "not-found": "gets 404",
  "server-error": "is told that it is not well",
  refuses: "is refused",
  protocol: "gets an answer that it does not understand",
  timeout: "gets no answer in time",
  command: "runs a command that fails",
  other: "fails",
};

function unhealthy(model: ScopeModel, container: ContainerState): Found | null {
  const failure = failureOf(model, container);
  if (!failure || failure.probe === "startup") return null;
  const { probe, answer, status } = failure;
  const causeId = probe === "liveness" ? "liveness-app-unhealthy" : "readiness-app-not-ready";
  const code = status === undefined ? "" : ` (HTTP ${status})`;
  return {
    key: `${container.name} ${causeId}`,
    causeId,
    says: `the ${probe} probe of ${container.name} ${answers[answer]}${code}`,
    confidence: answer === "server-error" || answer === "command" ? "confirmed" : "likely",
    failure,
    more: [],
  };
}

function explain(model: ScopeModel, group: ContainerGroup<Found>): Cause {
  const { owner, containers, pods, found } = group;
  const [first] = containers;
  const end = found.failure.probe === "readiness" ? undefined : lastEnd(first);
  const { port, path } = probeSpec(first, found.failure.probe) ?? {};
  const undo = proposeUndoToServing(model, owner);
  const restart = proposeRolloutRestart(owner, containers, model.now);
  const probed = [port, path].filter((part) => part !== undefined).join(" ");
  return buildCause(model, {
    causeId: found.causeId,
    object: owner,
    container: first.name,
    pods,
    containers,
    confidence: found.confidence,
    summary: `${owner.metadata.name}: ${found.says}`,
    evidence: [
      eventEvidence(found.failure.event, first.pod),
      ...(probed === "" ? [] : [fieldEvidence(first.pod, `spec.containers.${found.failure.probe}Probe`, probed)]),
      ...(end ? [endEvidence(first, end)] : []),
      ...found.more,
    ],
    ruledOut: [{ causeId: "container-oom-killed", because: "it did not end with OOMKilled" }],
    notChecked: model.logsOf(first).length === 0 ? [`log of container ${first.name}: not read`] : [],
    actions: undo.length > 0 || found.causeId !== "readiness-app-not-ready" ? undo : restart,
  });
}

/** Probes that ask wrongly: they come before what a log says, because they explain a kill by themselves. */
export const probeFamily: RuleFamily = {
  rules: configuredRules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => configured(model, container)).map((group) =>
      explain(model, group),
    ),
};

/** Probes that ask rightly and get a bad answer: the log, where it says more, comes first. */
export const probeAnswerFamily: RuleFamily = {
  rules: unhealthyRules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => unhealthy(model, container)).map((group) => explain(model, group)),
};
