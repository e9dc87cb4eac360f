import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { elapsed } from "../elapsed.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("scheduler", [
  [
    "scheduler-down",
    "Nobody schedules the pod",
    "Pending without a PodScheduled condition and without any event; the scheduler that it names does not run",
  ],
]);

const byDefault = "default-scheduler";

/** Waits for a node, and no scheduler has looked at it: each says at least why it cannot place a pod. */
function isUnseen(model: ScopeModel, pod: KubernetesObject): boolean {
  return (
    textAt(pod, "status", "phase") === "Pending" &&
    textAt(pod, "spec", "nodeName") === undefined &&
    listAt(pod, "status", "conditions").length === 0 &&
    listAt(pod, "spec", "schedulingGates").length === 0 &&
    model.eventsOf(pod).length === 0 &&
    model.ageOf(pod) > 60_000
  );
}

function ofDefault(model: ScopeModel, pods: readonly KubernetesObject[]): Cause[] {
  const own = model
    .list("Pod", "kube-system")
    .filter(
      ({ metadata }) => metadata.labels?.["component"] === "kube-scheduler" || /^kube-scheduler-/.test(metadata.name),
    );
  const [down] = own;
  if (own.some(isReady)) return [];
  const lease = model.find("Lease", "kube-system", "kube-scheduler");
  const renewed = textAt(lease, "spec", "renewTime");
  const stale = renewed !== undefined && elapsed(model.now, renewed) > 60_000;
  const object = down ?? {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "kube-scheduler", namespace: "kube-system" },
  };
  const [first] = pods as readonly [KubernetesObject];
  return [
    buildCause(model, {
      causeId: "scheduler-down",
      object,
      pods,
      summary: `${pods.length} pods wait for a node and no scheduler has looked at them: ${down || stale ? "kube-scheduler does not run" : "kube-scheduler seems not to run"}`,
      evidence: [
        fieldEvidence(first, "status.conditions", "none, and no event"),
        ...(down ? [fieldEvidence(down, "status.phase", textAt(down, "status", "phase") ?? "not ready")] : []),
        ...(lease && renewed ? [fieldEvidence(lease, "spec.renewTime", renewed)] : []),
      ],
      confidence: down || stale ? "confirmed" : "likely",
      explains: [...pods, ...pods.map((pod) => model.topOwner(pod)), ...own],
    }),
  ];
}

function ofOther(model: ScopeModel, scheduler: string, pods: readonly KubernetesObject[]): Cause[] {
  const runs = model
    .list("Pod")
    .some((pod) => isReady(pod) && (pod.metadata.name === scheduler || pod.metadata.name.startsWith(`${scheduler}-`)));
  const [first] = pods as readonly [KubernetesObject];
  if (runs) return [];
  return [
    buildCause(model, {
      causeId: "scheduler-down",
      object: model.topOwner(first),
      pods,
      summary: `${model.topOwner(first).metadata.name} asks for the scheduler ${scheduler}, and nobody of that name has looked at its pods`,
      evidence: [
        fieldEvidence(first, "spec.schedulerName", scheduler),
        fieldEvidence(first, "status.conditions", "none, and no event"),
      ],
      confidence: "likely",
    }),
  ];
}

/** Pods that no scheduler has looked at. */
export const schedulerFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    // Without the events, silence says nothing.
    if (model.snapshot.meta.sources.events === "absent") return [];
    const groups = new Map<string, KubernetesObject[]>();
    for (const pod of model.pods) {
      if (explained.pod(pod) || !isUnseen(model, pod)) continue;
      const scheduler = textAt(pod, "spec", "schedulerName") ?? byDefault;
      const key = scheduler === byDefault ? scheduler : `${scheduler} ${model.topOwner(pod).metadata.name}`;
      groups.set(key, [...(groups.get(key) ?? []), pod]);
    }
    return [...groups].flatMap(([key, pods]) =>
      key === byDefault ? ofDefault(model, pods) : ofOther(model, key.split(" ")[0] ?? "", pods),
    );
  },
};
