import { cutText } from "../domain/cut-text.js";
import type { Verdict } from "../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import { fieldEvidence, numbered } from "./build-evidence.js";
import { refOf, type ScopeModel } from "./scope-model.js";
import { effectsOn, isReady } from "./workload-health.js";

/** A pod that was made a moment ago is on its way, not failing. */
const startingMs = 60_000;
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
  const waiting = model.containers.find(
    (container) => container.pod === pod && badWaits.has(container.waitingReason ?? ""),
  );
  if (waiting) return { text: `${waiting.waitingReason ?? ""}: ${waiting.waitingMessage}`, path: waiting.path };
  if (at(pod, "status") === undefined || isReady(pod)) return null;
  const made = Date.parse(pod.metadata.creationTimestamp ?? "");
  if (Number.isNaN(made) || model.now.getTime() - made < startingMs) return null;
  const conditions = listAt(pod, "status", "conditions").filter((condition) => textAt(condition, "status") === "False");
  if (conditions.length === 0) return null;
  const text = conditions.map((condition) =>
    `${textAt(condition, "type") ?? ""} ${textAt(condition, "reason") ?? ""} ${textAt(condition, "message") ?? ""}`.trim(),
  );
  return { text: text.join("; "), path: "status.conditions" };
}

/** Whether a Job's pod belongs to a Job that has ended well, whatever one of its pods did (gate G4). */
function ofCompleteJob(model: ScopeModel, pod: KubernetesObject): boolean {
  const owner = model.topOwner(pod);
  const job =
    owner.kind === "CronJob"
      ? pod.metadata.ownerReferences?.[0] &&
        model.find("Job", pod.metadata.namespace, pod.metadata.ownerReferences[0].name)
      : owner;
  return job?.kind === "Job" && (numberAt(job, "status", "succeeded") ?? 0) > 0;
}

/** What fails now and no rule explains, one verdict for each workload: its symptom is reported all the same. */
export function findUnexplained(model: ScopeModel, explained: readonly Verdict[]): Verdict[] {
  const done = new Set(
    explained.map((verdict) => `${verdict.object.kind}/${verdict.object.namespace ?? ""}/${verdict.object.name}`),
  );
  const found = new Map<string, Verdict>();
  for (const pod of model.pods) {
    const owner = model.topOwner(pod);
    const id = `${owner.kind}/${owner.metadata.namespace ?? ""}/${owner.metadata.name}`;
    if (done.has(id) || found.has(id) || ofCompleteJob(model, pod)) continue;
    const symptom = symptomOf(model, pod);
    if (!symptom) continue;
    const since = pod.metadata.creationTimestamp ?? undefined;
    const crash = symptom.text.startsWith("CrashLoopBackOff");
    found.set(id, {
      causeId: crash ? "container-crash" : "unexplained-failure",
      object: refOf(owner),
      symptomObject: refOf(pod),
      confidence: "inconclusive",
      severity: "critical",
      summary: cutText(`${owner.metadata.name}: ${symptom.text}`, 1_000),
      ...(since === undefined ? {} : { since }),
      evidence: numbered([fieldEvidence(pod, symptom.path, symptom.text)]),
      effects: effectsOn(model, owner, [pod]),
      ruledOut: [],
      notChecked: [],
      actions: [],
    });
  }
  return [...found.values()];
}
