import { type KubernetesObject, textAt } from "../domain/kubernetes-object.js";

/** When an event was last seen; empty where it does not say. */
export function eventTime(event: KubernetesObject): string {
  return (
    textAt(event, "series", "lastObservedTime") ??
    textAt(event, "lastTimestamp") ??
    textAt(event, "deprecatedLastTimestamp") ??
    textAt(event, "eventTime") ??
    event.metadata.creationTimestamp ??
    ""
  );
}

/** The text of an event in either of its two APIs. */
export function eventText(event: KubernetesObject): string {
  return textAt(event, "message") ?? textAt(event, "note") ?? "";
}

export function eventReason(event: KubernetesObject): string {
  return textAt(event, "reason") ?? "";
}

/** The container that a kubelet's event is about; undefined where it names none. */
export function eventContainer(event: KubernetesObject): string | undefined {
  const field = textAt(event, "involvedObject", "fieldPath") ?? textAt(event, "regarding", "fieldPath") ?? "";
  return /\{([^}]{1,253})\}/.exec(field)?.[1];
}
