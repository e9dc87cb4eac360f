import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { buildCause } from "./build-cause.js";
import { fieldEvidence } from "./build-evidence.js";
import type { Explained } from "./explained.js";
import type { Cause } from "./rule.js";
import type { ScopeModel } from "./scope-model.js";
import { isReady, isStarting } from "./workload-health.js";

const badWaits = new Set([
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
]);

function symptomOf(model: ScopeModel, pod: KubernetesObject): { text: string; path: string } | null {
  if (textAt(pod, "status", "phase") === "Failed") {
    return {
      text: `Failed: ${textAt(pod, "status", "reason") ?? ""} ${textAt(pod, "status", "message") ?? ""}`.trim(),
      path: "status.phase",
    };
  }
  const waiting = model.containersIn(pod).find(({ waitingReason }) => badWaits.has(waitingReason ?? ""));
  if (waiting) return { text: `${waiting.waitingReason ?? ""}: ${waiting.waitingMessage}`, path: waiting.path };
  if (at(pod, "status") === undefined || isReady(pod)) return null;
  if (isStarting(model, pod)) return null;
  // Work that is to end is not ready once a part of it has ended.
  const works = (textAt(pod, "spec", "restartPolicy") ?? "Always") !== "Always";
  if (works && textAt(pod, "status", "phase") === "Running") return null;
  const conditions = listAt(pod, "status", "conditions").filter((condition) => textAt(condition, "status") === "False");
  if (conditions.length === 0) return null;
  const text = conditions.map((condition) =>
    `${textAt(condition, "type") ?? ""} ${textAt(condition, "reason") ?? ""} ${textAt(condition, "message") ?? ""}`.trim(),
  );
  return { text: text.join("; "), path: "status.conditions" };
}

/** What fails now and no rule explains, one verdict for each workload: its symptom is reported all the same. */
export function findUnexplained(model: ScopeModel, explained: Explained): Cause[] {
  const done = new Set<KubernetesObject>();
  for (const pod of model.pods) if (explained.pod(pod)) done.add(model.topOwner(pod));
  const found = new Map<KubernetesObject, Cause>();
  for (const pod of model.pods) {
    const owner = model.topOwner(pod);
    if (done.has(owner) || found.has(owner) || explained.has(owner)) continue;
    const symptom = symptomOf(model, pod);
    if (!symptom) continue;
    found.set(
      owner,
      buildCause(model, {
        causeId: "unexplained-failure",
        object: owner,
        pods: [pod],
        confidence: "inconclusive",
        severity: "critical",
        summary: `${owner.metadata.name}: ${symptom.text}`,
        evidence: [fieldEvidence(pod, symptom.path, symptom.text)],
      }),
    );
  }
  return [...found.values()];
}
