import { at, type KubernetesObject, numberAt, textAt } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";
import { eventContainer, eventReason, eventText, eventTime } from "../event-text.js";
import { scopedModel } from "./scoped-model.js";

function describeEvent(event: KubernetesObject): string {
  const about = at(event, "involvedObject") ?? at(event, "regarding");
  const container = eventContainer(event);
  const count = numberAt(event, "series", "count") ?? numberAt(event, "count") ?? 1;
  const since = textAt(event, "firstTimestamp");
  const times = count > 1 ? ` (${count} times${since === undefined ? "" : ` since ${since}`})` : "";
  const subject = `${textAt(about, "kind") ?? "Object"}/${textAt(about, "name") ?? ""}`;
  const part = container === undefined ? "" : ` ${container}`;
  return `${eventTime(event)} ${textAt(event, "type") ?? "Normal"} ${eventReason(event)} ${subject}${part}: ${eventText(event)}${times}`;
}

/** The events of a namespace, or of what a kind or a name picks: warnings first, of each the newest first. */
export function listEvents(
  snapshot: Snapshot,
  namespace: string,
  { kind, name, most }: { kind?: string | undefined; name?: string | undefined; most: number },
): string[] {
  const found = scopedModel(snapshot, namespace).snapshot.events.flatMap((event) => {
    const about = at(event, "involvedObject") ?? at(event, "regarding");
    const asked =
      (kind === undefined || textAt(about, "kind") === kind) && (name === undefined || textAt(about, "name") === name);
    const time = Date.parse(eventTime(event)) || 0;
    return asked ? [{ event, time, warns: Number(textAt(event, "type") === "Warning") }] : [];
  });
  found.sort((left, right) => right.warns - left.warns || right.time - left.time);
  const rest = found.length - most;
  return [
    ...found.slice(0, most).map(({ event }) => describeEvent(event)),
    ...(rest > 0 ? [`${rest} more are left out`] : []),
  ];
}
