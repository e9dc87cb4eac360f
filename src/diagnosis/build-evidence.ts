import { cutText } from "../domain/cut-text.js";
import type { Evidence } from "../domain/diagnosis.js";
import { type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import type { ContainerState, Termination } from "./container-state.js";
import { eventText, eventTime } from "./event-text.js";
import { refText } from "./scope-model.js";

/** Evidence without its number yet. */
export type Finding = Omit<Evidence, "id">;

const quoteLength = 400;

/** What a container's status says of why it waits. */
export function waitingEvidence(container: ContainerState): Finding {
  const { pod, path, waitingReason, waitingMessage } = container;
  return {
    source: "field",
    ref: refText(pod),
    path,
    quote: cutText(`${waitingReason ?? "waiting"}: ${waitingMessage}`, quoteLength),
  };
}

/** How a run of a container ended, and how often it was started again. */
export function endEvidence(container: ContainerState, end: Termination): Finding {
  const { pod, restarts } = container;
  const said = [end.reason, `exit code ${end.exitCode}`, `${restarts} restarts`, end.message].filter(
    (part) => part !== "",
  );
  return {
    source: "field",
    ref: refText(pod),
    path: end.path,
    quote: cutText(said.join(", "), quoteLength),
    ...(end.finishedAt === undefined ? {} : { at: end.finishedAt }),
  };
}

export function eventEvidence(event: KubernetesObject, about: KubernetesObject): Finding {
  const time = eventTime(event);
  return {
    source: "event",
    ref: refText(about),
    quote: cutText(eventText(event), quoteLength),
    ...(time === "" ? {} : { at: time }),
  };
}

export function fieldEvidence(object: KubernetesObject, path: string, quote: string): Finding {
  return { source: "field", ref: refText(object), path, quote: cutText(quote, quoteLength) };
}

/** One condition of an object, whatever its status; undefined where the object has none of that type. */
export function conditionOf(
  object: KubernetesObject,
  type: string,
): { status: string; reason: string; message: string; since: string | undefined; index: number } | undefined {
  const all = listAt(object, "status", "conditions");
  const index = all.findIndex((condition) => textAt(condition, "type") === type);
  const found = all[index];
  if (found === undefined) return undefined;
  return {
    status: textAt(found, "status") ?? "",
    reason: textAt(found, "reason") ?? "",
    message: textAt(found, "message") ?? "",
    since: textAt(found, "lastTransitionTime"),
    index,
  };
}

export function conditionEvidence(object: KubernetesObject, type: string): Finding[] {
  const found = conditionOf(object, type);
  if (!found) return [];
  return [
    {
      source: "condition",
      ref: refText(object),
      path: `status.conditions[${found.index}]`,
      quote: cutText(`${type}=${found.status} ${found.reason}: ${found.message}`, quoteLength),
      ...(found.since === undefined ? {} : { at: found.since }),
    },
  ];
}

/** One line of a container's log. */
export function logEvidence(container: ContainerState, previous: boolean, line: string): Finding {
  return {
    source: "log",
    ref: refText(container.pod),
    path: `${container.name}${previous ? " (previous)" : ""}`,
    quote: cutText(line, quoteLength),
  };
}

/** Numbers evidence e1, e2, … in the order in which a card cites it. */
export function numbered(findings: readonly Finding[]): Evidence[] {
  return findings.slice(0, 20).map((finding, index) => ({
    id: `e${index + 1}`,
    ...finding,
    ...(finding.path === undefined ? {} : { path: cutText(finding.path, 400) }),
    ...(finding.at === undefined ? {} : { at: cutText(finding.at, 40) }),
  }));
}
