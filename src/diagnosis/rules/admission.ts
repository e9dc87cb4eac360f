import { cutText } from "../../domain/cut-text.js";
import { at, type KubernetesObject, numberAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, eventEvidence, type Finding } from "../build-evidence.js";
import { eventReason, eventText } from "../event-text.js";
import { isNearName } from "../near-name.js";
import { classifyRefusal, type Refusal } from "../parse-admission.js";
import { proposeUndoToServing } from "../propose-rollout-undo.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { isOpenJob, refOf, refText, type ScopeModel } from "../scope-model.js";
import { capacityEffect } from "../workload-health.js";

const refused = "FailedCreate or ReplicaFailure";
const rules = describeRules("admission", [
  ["quota-cpu-exceeded", "Namespace CPU quota used up", `${refused}: exceeded quota … limited: cpu`, "propose"],
  [
    "quota-memory-exceeded",
    "Namespace memory quota used up",
    `${refused}: exceeded quota … limited: memory`,
    "propose",
  ],
  ["quota-pods-exceeded", "Namespace pod quota used up", `${refused}: exceeded quota … limited: pods`, "propose"],
  ["quota-storage-exceeded", "Namespace storage quota used up", `${refused}: exceeded quota … storage`, "propose"],
  ["quota-object-count-exceeded", "Object-count quota used up", `${refused}: exceeded quota … count`, "propose"],
  ["quota-requires-limits", "Quota wants requests or limits", `${refused}: must specify …`, "propose"],
  [
    "limitrange-violated",
    "Outside the namespace's LimitRange",
    `${refused}: maximum or minimum … usage per …`,
    "propose",
  ],
  ["pod-security-violation", "Pod Security rejects the pod", `${refused}: violates PodSecurity`, "propose"],
  ["serviceaccount-not-found", "ServiceAccount missing", `${refused}: serviceaccount not found`, "propose"],
  ["admission-webhook-denied", "A policy denied the pod", `${refused}: admission webhook or policy denied`],
  ["admission-webhook-cert-untrusted", "Webhook's certificate not trusted", `${refused}: failed calling webhook, x509`],
  ["admission-webhook-down", "Admission webhook does not answer", `${refused}: failed calling webhook`],
  ["priorityclass-not-found", "PriorityClass missing", `${refused}: no PriorityClass with name`, "propose"],
  ["runtimeclass-not-found", "RuntimeClass missing", `${refused}: RuntimeClass not found`, "propose"],
]);

/** Does a controller still lack pods that it wants to make (gate G1)? */
function isShort(model: ScopeModel, object: KubernetesObject): boolean {
  if (object.metadata.deletionTimestamp !== undefined) return false;
  const made = numberAt(object, "status", "replicas");
  switch (object.kind) {
    case "ReplicaSet": {
      const owner = model.topOwner(object);
      if (owner.kind === "Deployment" && model.revisions(owner)[0] !== object) return false;
      return (numberAt(object, "spec", "replicas") ?? 1) > (made ?? 0);
    }
    case "StatefulSet":
      return (numberAt(object, "spec", "replicas") ?? 1) > (made ?? 0);
    case "DaemonSet": {
      const wanted = numberAt(object, "status", "desiredNumberScheduled");
      return wanted !== undefined && wanted > (numberAt(object, "status", "currentNumberScheduled") ?? 0);
    }
    case "Job":
      return isOpenJob(model, object) && (numberAt(object, "status", "active") ?? 0) === 0;
    default:
      return false;
  }
}

interface Refused {
  owner: KubernetesObject;
  refusal: Refusal;
  evidence: Finding;
  since: string | undefined;
}

/** What the API server last said to a controller that is short of pods. */
function refusalOf(model: ScopeModel, object: KubernetesObject): Refused | null {
  if (!isShort(model, object)) return null;
  const owner = model.topOwner(object);
  const failure = conditionOf(object, "ReplicaFailure");
  if (failure?.status === "True") {
    const refusal = classifyRefusal(failure.message);
    const evidence = conditionEvidence(object, "ReplicaFailure")[0];
    if (refusal && evidence) return { owner, refusal, evidence, since: failure.since };
  }
  const event = model
    .eventsOf(object)
    .findLast((entry) => eventReason(entry) === "FailedCreate" && classifyRefusal(eventText(entry)) !== null);
  const refusal = event && classifyRefusal(eventText(event));
  return event && refusal ? { owner, refusal, evidence: eventEvidence(event, object), since: undefined } : null;
}

/** The object that a person would change: the quota that is used up, the webhook's Service, else the workload. */
function culprit(model: ScopeModel, owner: KubernetesObject, refusal: Refusal): KubernetesObject {
  const { culprit: named } = refusal;
  if (!named) return owner;
  const namespace = named.namespace ?? owner.metadata.namespace;
  return (
    model.find(named.kind, namespace, named.name) ?? {
      apiVersion: "v1",
      kind: named.kind,
      metadata: { name: named.name, ...(namespace === undefined ? {} : { namespace }) },
    }
  );
}

function explain(model: ScopeModel, group: readonly [Refused, ...Refused[]]): Cause {
  const [{ owner, refusal, evidence, since }] = group;
  const object = culprit(model, owner, refusal);
  const owners = [...new Set(group.map((entry) => entry.owner))];
  const names = owners.map(({ metadata }) => metadata.name);
  const nearest = refusal.near ? nearAccounts(model, owner, refusal.near) : "";
  return buildCause(model, {
    causeId: refusal.causeId,
    object,
    pods: [],
    symptom: owner,
    summary: cutText(`${names.slice(0, 5).join(", ")}: no new pods: ${refusal.says}${nearest}`, 1_000),
    evidence: [evidence, ...group.slice(1, 6).map((entry) => entry.evidence)],
    since,
    severity: "critical",
    effects: owners.flatMap((entry) => {
      const capacity = capacityEffect(entry);
      if (capacity.length > 0 || entry === object) return capacity;
      return [{ object: refOf(entry), summary: `${entry.metadata.name} gets no new pods` }];
    }),
    explains: [object, ...owners],
    actions: object === owner ? proposeUndoToServing(model, owner) : [],
  });
}

/** ServiceAccounts whose name a typing mistake would explain. */
function nearAccounts(model: ScopeModel, owner: KubernetesObject, name: string): string {
  const near = model
    .list("ServiceAccount", owner.metadata.namespace)
    .map(({ metadata }) => metadata.name)
    .filter((candidate) => isNearName(candidate, name));
  return near.length > 0 ? `; there is ${near.slice(0, 3).join(", ")}` : "";
}

/** Pods that the API server does not let a controller make. */
export const admissionFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const groups = new Map<string, [Refused, ...Refused[]]>();
    for (const kind of ["ReplicaSet", "StatefulSet", "DaemonSet", "Job"]) {
      for (const object of model.list(kind)) {
        const found = refusalOf(model, object);
        if (!found || explained.has(found.owner)) continue;
        const id = `${found.refusal.causeId} ${refText(culprit(model, found.owner, found.refusal))}`;
        const group = groups.get(id);
        if (group) group.push(found);
        else groups.set(id, [found]);
      }
    }
    return [...groups.values()]
      .filter(([first]) => at(first.owner, "spec", "paused") !== true)
      .map((group) => explain(model, group));
  },
};
