import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";

const waits = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

function terminated(pod: KubernetesObject): string | undefined {
  for (const status of listAt(pod, "status", "containerStatuses")) {
    const state = at(status, "state", "terminated") ?? at(status, "lastState", "terminated");
    const code = numberAt(state, "exitCode");
    if (code === undefined || code === 0) continue;
    if (textAt(state, "reason") === "OOMKilled") return "it ran out of memory (OOMKilled)";
    const said = textAt(state, "message")?.trim();
    if (said !== undefined && said !== "") return said;
    // The runtime does not always know of the kernel's kill when it writes down the end.
    if (code === 137) return "its process was killed (exit code 137), most often for want of memory";
    return `its process ended with exit code ${code}`;
  }
  return undefined;
}

/** What a run's pod waits for that does not come by itself, in words; undefined where nothing is wrong. Pure. */
export function parsePodWait(pod: KubernetesObject): string | undefined {
  for (const status of listAt(pod, "status", "containerStatuses")) {
    const reason = textAt(status, "state", "waiting", "reason");
    if (reason !== undefined && waits.has(reason))
      return `its pod cannot start (${reason}: ${textAt(status, "state", "waiting", "message") ?? "no message"})`;
  }
  const scheduled = listAt(pod, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "PodScheduled",
  );
  return textAt(scheduled, "status") === "False"
    ? `its pod has no node yet (${textAt(scheduled, "message") ?? textAt(scheduled, "reason") ?? "no message"})`
    : undefined;
}

/** Why a run's pod does not run, or did not end well, in words for its thread; undefined where nothing is wrong. Pure. */
export function parsePodTrouble(pod: KubernetesObject): string | undefined {
  const reason = textAt(pod, "status", "reason"); // Evicted, DeadlineExceeded, NodeLost, …
  const message = textAt(pod, "status", "message");
  const disrupted = listAt(pod, "status", "conditions").find(
    (condition) => textAt(condition, "type") === "DisruptionTarget" && textAt(condition, "status") === "True",
  );
  if (disrupted)
    return `its pod was taken away (${textAt(disrupted, "reason") ?? "disruption"}: ${textAt(disrupted, "message") ?? message ?? ""})`;
  if (textAt(pod, "status", "phase") === "Failed" && reason !== undefined)
    return `its pod was ended (${reason}: ${message ?? "no message"})`;
  return terminated(pod) ?? parsePodWait(pod);
}
