import type { Confidence } from "../../domain/diagnosis.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { endEvidence, eventEvidence, type Finding, waitingEvidence } from "../build-evidence.js";
import { type ContainerState, lastEnd } from "../container-state.js";
import { eventReason, eventText } from "../event-text.js";
import { groupContainers } from "../group-containers.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("container-creation", [
  [
    "run-as-non-root-violation",
    "Image runs as root, policy forbids it",
    "CreateContainerConfigError: runAsNonRoot",
    "propose",
  ],
  ["image-architecture-mismatch", "Image is for another architecture", "exec format error", "propose"],
  [
    "container-command-invalid",
    "Command cannot be run",
    "executable file not found, no such file, permission denied",
    "auto",
  ],
  ["lifecycle-hook-failed", "postStart hook failed", "PostStartHookError or FailedPostStartHook"],
  ["sandbox-oom-killed", "Memory limit below what the runtime needs", "FailedCreatePodSandBox: OOM-killed", "propose"],
  ["pod-ips-exhausted", "No free pod addresses", "FailedCreatePodSandBox: no IP addresses available"],
  ["cni-setup-failed", "Pod network could not be set up", "FailedCreatePodSandBox: network plugin"],
]);

interface Found {
  key: string;
  causeId: string;
  says: string;
  evidence: Finding[];
  confidence?: Confidence;
}

const startReasons = new Set([
  "RunContainerError",
  "CreateContainerError",
  "StartError",
  "ContainerCannotRun",
  "CreateContainerConfigError",
]);

/** What the runtime says of a container that it could not start. */
function startFailure(container: ContainerState): Found | null {
  const { waitingReason = "", waitingMessage } = container;
  const end = lastEnd(container);
  const atStart = end && ["StartError", "ContainerCannotRun"].includes(end.reason) ? end : undefined;
  const refused = startReasons.has(waitingReason);
  if (!refused && !(atStart && waitingReason === "CrashLoopBackOff") && container.ended !== atStart) return null;
  if (!refused && !atStart) return null;
  const text = `${refused ? waitingMessage : ""}\n${atStart?.message ?? ""}`;
  const evidence = [
    ...(refused ? [waitingEvidence(container)] : []),
    ...(atStart ? [endEvidence(container, atStart)] : []),
  ];
  const found = (causeId: string, says: string): Found => ({ key: causeId, causeId, says, evidence });
  if (/exec format error/i.test(text))
    return found("image-architecture-mismatch", `the image ${container.image} is built for another architecture`);
  if (/runAsNonRoot|non-numeric user|breaks non-root policy/i.test(text))
    return found("run-as-non-root-violation", `the image ${container.image} runs as root, and runAsNonRoot forbids it`);
  const command = /exec: "([^"]{1,200})"/.exec(text)?.[1];
  if (
    /executable file not found|no such file or directory|permission denied|is a directory/i.test(text) &&
    /exec|runc|OCI runtime|process/i.test(text)
  )
    return found(
      "container-command-invalid",
      `the command${command === undefined ? "" : ` ${command}`} cannot be run${/permission denied/i.test(text) ? ": permission denied" : ": it is not in the image"}`,
    );
  // That it could not be started is sure, and most often the command is why.
  const bare = waitingReason === "RunContainerError" || waitingReason === "StartError" || end?.reason === "StartError";
  return bare
    ? { ...found("container-command-invalid", "its container cannot be started"), confidence: "likely" }
    : null;
}

const exitedBadly = new Map([
  [127, "not found"],
  [126, "not executable"],
]);

/** The shell's own words for a command that is not there: the exit code says it, the log says which. */
function shellFailure(model: ScopeModel, container: ContainerState): Found | null {
  const end = lastEnd(container);
  if (!end || container.waitingReason !== "CrashLoopBackOff") return null;
  const said = model.logsOf(container).flatMap(({ lines }) => lines);
  const format = said.findLast((entry) => /\bexec\b.{0,300}exec format error/i.test(entry.slice(0, 1_000)));
  const says = exitedBadly.get(end.exitCode);
  if (format === undefined && says === undefined) return null;
  const line =
    format ??
    said.findLast((entry) => /(?:not found|no such file or directory|permission denied|cannot execute)/i.test(entry));
  const causeId = format === undefined ? "container-command-invalid" : "image-architecture-mismatch";
  const quote = line === undefined ? "" : `: ${line.slice(0, 200)}`;
  return {
    key: causeId,
    causeId,
    confidence: format === undefined && line !== undefined ? "likely" : "confirmed",
    says:
      format === undefined
        ? `its command ends with exit code ${end.exitCode} (${says ?? ""})${quote}`
        : `the image ${container.image} is built for another architecture${quote}`,
    evidence: [
      endEvidence(container, end),
      ...(line === undefined
        ? []
        : [
            {
              source: "log" as const,
              ref: endEvidence(container, end).ref,
              path: container.name,
              quote: line.slice(0, 400),
            },
          ]),
    ],
  };
}

function hookFailure(model: ScopeModel, container: ContainerState): Found | null {
  if (container.ready) return null;
  const event = model.eventsOf(container.pod).findLast((entry) => eventReason(entry) === "FailedPostStartHook");
  if (container.waitingReason !== "PostStartHookError" && !(event && container.waitingReason === "CrashLoopBackOff"))
    return null;
  return {
    key: "hook",
    causeId: "lifecycle-hook-failed",
    says: `the postStart hook of ${container.name} failed`,
    evidence: [waitingEvidence(container), ...(event ? [eventEvidence(event, container.pod)] : [])],
  };
}

function sandboxFailure(model: ScopeModel, container: ContainerState): Found | null {
  if (container.waitingReason !== "ContainerCreating" && container.waitingReason !== "PodInitializing") return null;
  const event = model
    .eventsOf(container.pod)
    .findLast((entry: KubernetesObject) => eventReason(entry) === "FailedCreatePodSandBox");
  if (!event) return null;
  const text = eventText(event);
  const evidence = [eventEvidence(event, container.pod), waitingEvidence(container)];
  if (/OOM-killed/i.test(text))
    return {
      key: "oom",
      causeId: "sandbox-oom-killed",
      says: "its memory limit is below what starting a pod needs",
      evidence,
    };
  if (
    /no IP addresses available|failed to (?:assign|allocate) .{0,40}\bIP|no available IP|IPs? exhausted|no more IPs/i.test(
      text,
    )
  )
    return { key: "ips", causeId: "pod-ips-exhausted", says: "no pod address is free", evidence };
  if (/\bcni\b|network plugin|failed to set ?up (?:pod|sandbox|network)|setup network/i.test(text))
    return { key: "cni", causeId: "cni-setup-failed", says: `the pod network could not be set up: ${text}`, evidence };
  return null;
}

/** Containers that the runtime cannot make or start. */
export const containerCreationFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => {
      const found =
        startFailure(container) ??
        hookFailure(model, container) ??
        sandboxFailure(model, container) ??
        shellFailure(model, container);
      return found && { ...found, key: `${found.key} ${container.name}` };
    }).map(({ owner, containers, pods, found }) =>
      buildCause(model, {
        causeId: found.causeId,
        object: owner,
        container: containers[0].name,
        pods,
        containers,
        summary: `${owner.metadata.name}: ${found.says}`,
        evidence: found.evidence,
        confidence: found.confidence ?? "confirmed",
        ruledOut: [{ causeId: "image-not-found", because: "the kubelet got past the pull" }],
        actions: proposeUndoToServing(model, owner),
      }),
    ),
};
