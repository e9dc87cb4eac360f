import { cutText } from "../domain/cut-text.js";
import type { Evidence } from "../domain/diagnosis.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { type ContainerState, eventText, eventTime, refText } from "./scope-model.js";

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

/** Numbers evidence e1, e2, … in the order in which a card cites it. */
export function numbered(findings: readonly Finding[]): Evidence[] {
  return findings.slice(0, 20).map((finding, index) => ({ id: `e${index + 1}`, ...finding }));
}
