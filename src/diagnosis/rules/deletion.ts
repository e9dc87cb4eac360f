import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence } from "../build-evidence.js";
import { elapsed } from "../elapsed.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("deletion", [
  [
    "finalizer-stuck",
    "Deleted, and held by a finalizer",
    "deletionTimestamp more than five minutes ago, and finalizers left",
  ],
  [
    "namespace-stuck-terminating",
    "Namespace does not go away",
    "phase Terminating for more than five minutes; its conditions say what is left",
  ],
]);

const patienceMs = 5 * 60_000;
const minutes = (ms: number) => (Number.isFinite(ms) ? `${Math.round(ms / 60_000)} minutes ago` : "a while ago");

/** What a finalizer rightly waits for: a claim or a volume that is used, dependents that go first. */
function isHeld(model: ScopeModel, object: KubernetesObject, finalizers: readonly string[]): boolean {
  const { namespace, name, uid } = object.metadata;
  if (finalizers.includes("kubernetes.io/pvc-protection"))
    return model
      .list("Pod", namespace)
      .some((pod) =>
        listAt(pod, "spec", "volumes").some((volume) => textAt(volume, "persistentVolumeClaim", "claimName") === name),
      );
  if (finalizers.includes("kubernetes.io/pv-protection")) return textAt(object, "status", "phase") === "Bound";
  if (!finalizers.includes("foregroundDeletion")) return false;
  return model.snapshot.objects.some(
    ({ metadata }) => uid !== undefined && metadata.ownerReferences?.some((owner) => owner.uid === uid),
  );
}

function stuck(model: ScopeModel, object: KubernetesObject): Cause[] {
  const { deletionTimestamp, name } = object.metadata;
  const finalizers = listAt(object, "metadata", "finalizers").map(String);
  if (deletionTimestamp === undefined || finalizers.length === 0) return [];
  const ago = elapsed(model.now, deletionTimestamp);
  if (ago < patienceMs || isHeld(model, object, finalizers)) return [];
  return [
    buildCause(model, {
      causeId: "finalizer-stuck",
      object,
      pods: [],
      summary: `${object.kind} ${name} was deleted ${minutes(ago)} and is still there: ${finalizers.join(", ")} waits for its controller`,
      evidence: [
        fieldEvidence(object, "metadata.finalizers", finalizers.join(", ")),
        fieldEvidence(object, "metadata.deletionTimestamp", deletionTimestamp),
      ],
      since: deletionTimestamp,
      explains: [object],
    }),
  ];
}

const leftovers = [
  "NamespaceDeletionDiscoveryFailure",
  "NamespaceDeletionGroupVersionParsingFailure",
  "NamespaceDeletionContentFailure",
  "NamespaceContentRemaining",
  "NamespaceFinalizersRemaining",
];

function stuckNamespace(model: ScopeModel, namespace: KubernetesObject): Cause[] {
  const { name, deletionTimestamp } = namespace.metadata;
  if (textAt(namespace, "status", "phase") !== "Terminating") return [];
  if (elapsed(model.now, deletionTimestamp) < patienceMs) return [];
  const said = leftovers.filter((type) => conditionOf(namespace, type)?.status === "True");
  const [first] = said;
  const why = first === undefined ? "" : `: ${conditionOf(namespace, first)?.message ?? ""}`;
  return [
    buildCause(model, {
      causeId: "namespace-stuck-terminating",
      object: namespace,
      pods: [],
      summary: `Namespace ${name} was deleted ${minutes(elapsed(model.now, deletionTimestamp))} and is still there${why}`,
      evidence: [
        ...said.flatMap((type) => conditionEvidence(namespace, type)),
        fieldEvidence(namespace, "status.phase", "Terminating"),
      ],
      since: deletionTimestamp ?? undefined,
    }),
  ];
}

/** Objects that were deleted and do not go away. Never repaired by taking a finalizer off: its controller must do it. */
export const deletionFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const kinds = new Set(model.snapshot.objects.map(({ kind }) => kind));
    const objects = [...kinds].sort().flatMap((kind) => model.list(kind));
    return objects
      .filter((object) => at(object, "metadata", "deletionTimestamp") !== undefined && !explained.has(object))
      .flatMap((object) => (object.kind === "Namespace" ? stuckNamespace(model, object) : stuck(model, object)));
  },
};
