import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence } from "../build-evidence.js";
import { eventReason } from "../event-text.js";
import { isNamedByAlert } from "../named-by-alert.js";
import { parseQuantity } from "../parse-quantity.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("volume", [
  [
    "pv-released",
    "The volume is still bound to a claim that is gone",
    "PVC Pending, and the only volume that fits it is Released",
    "advise",
  ],
  [
    "pv-reclaim-failed",
    "A volume could not be given back",
    "PersistentVolume phase Failed, event VolumeFailedDelete",
    "advise",
    "warning",
  ],
  [
    "wait-for-first-consumer",
    "The claim waits for its first pod",
    "PVC Pending of a class that binds with the first consumer, no pod uses it, and an alert names it: this is normal",
    "advise",
    "info",
  ],
]);

const classOf = (object: KubernetesObject) => textAt(object, "spec", "storageClassName") ?? "";

function usersOf(model: ScopeModel, claim: KubernetesObject): KubernetesObject[] {
  return model.pods.filter(
    (pod) =>
      pod.metadata.namespace === claim.metadata.namespace &&
      listAt(pod, "spec", "volumes").some(
        (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === claim.metadata.name,
      ),
  );
}

/** Would a volume serve a claim if it were free: by its name, or by class, modes and size? */
function wouldServe(volume: KubernetesObject, claim: KubernetesObject): boolean {
  const wanted = textAt(claim, "spec", "volumeName");
  const before = at(volume, "spec", "claimRef");
  const same =
    textAt(before, "name") === claim.metadata.name && textAt(before, "namespace") === claim.metadata.namespace;
  if (wanted !== undefined) return wanted === volume.metadata.name;
  if (classOf(volume) !== classOf(claim)) return false;
  const size = (object: KubernetesObject, ...path: string[]) => parseQuantity(at(object, "spec", ...path)) ?? 0;
  const offers = listAt(volume, "spec", "accessModes");
  const fits = listAt(claim, "spec", "accessModes").every((mode) => offers.includes(mode));
  return fits && (same || size(volume, "capacity", "storage") >= size(claim, "resources", "requests", "storage"));
}

function released(model: ScopeModel, claim: KubernetesObject): Cause[] {
  const volumes = model.list("PersistentVolume").filter((volume) => wouldServe(volume, claim));
  const volume = volumes.find((entry) => textAt(entry, "status", "phase") === "Released");
  if (!volume || volumes.some((entry) => textAt(entry, "status", "phase") === "Available")) return [];
  // A class that makes volumes needs no old one.
  const provisioner = textAt(model.find("StorageClass", undefined, classOf(claim)), "provisioner");
  if (provisioner !== undefined && provisioner !== "kubernetes.io/no-provisioner") return [];
  const pods = usersOf(model, claim);
  const before = `${textAt(volume, "spec", "claimRef", "namespace") ?? ""}/${textAt(volume, "spec", "claimRef", "name") ?? ""}`;
  return [
    buildCause(model, {
      causeId: "pv-released",
      object: volume,
      pods,
      symptom: claim,
      summary: `Claim ${claim.metadata.name} cannot have volume ${volume.metadata.name}: it is Released and still names claim ${before}, which is gone; somebody must look at its data and take the claimRef off`,
      evidence: [
        fieldEvidence(volume, "status.phase", "Released"),
        fieldEvidence(volume, "spec.claimRef", before),
        fieldEvidence(claim, "status.phase", "Pending"),
      ],
      severity: pods.length > 0 ? "critical" : "warning",
      since: claim.metadata.creationTimestamp ?? undefined,
      explains: [claim, ...pods, ...pods.map((pod) => model.topOwner(pod))],
    }),
  ];
}

function reclaimFailed(model: ScopeModel, volume: KubernetesObject): Cause[] {
  if (textAt(volume, "status", "phase") !== "Failed") return [];
  const event = model.eventsOf(volume).findLast((entry) => /VolumeFailed(?:Delete|Recycle)/.test(eventReason(entry)));
  const message = textAt(volume, "status", "message") ?? "";
  return [
    buildCause(model, {
      causeId: "pv-reclaim-failed",
      object: volume,
      pods: [],
      summary: `Volume ${volume.metadata.name} could not be given back${message === "" ? "" : `: ${message}`}`,
      evidence: [fieldEvidence(volume, "status.phase", "Failed"), ...(event ? [eventEvidence(event, volume)] : [])],
      severity: "warning",
    }),
  ];
}

function waits(model: ScopeModel, claim: KubernetesObject): Cause[] {
  const mode = textAt(model.find("StorageClass", undefined, classOf(claim)), "volumeBindingMode");
  if (mode !== "WaitForFirstConsumer" || !isNamedByAlert(model, claim) || usersOf(model, claim).length > 0) return [];
  return [
    buildCause(model, {
      causeId: "wait-for-first-consumer",
      object: claim,
      pods: [],
      summary: `Claim ${claim.metadata.name} waits for the first pod that uses it; that is how its StorageClass ${classOf(claim)} works`,
      evidence: [
        fieldEvidence(claim, "status.phase", "Pending"),
        fieldEvidence(claim, "spec.storageClassName", `${classOf(claim)}: volumeBindingMode ${mode}`),
      ],
      severity: "info",
      explains: [claim],
    }),
  ];
}

/** Volumes that keep a claim waiting, and claims that rightly wait. */
export const persistentVolumeFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const pending = model
      .list("PersistentVolumeClaim")
      .filter(
        (claim) =>
          textAt(claim, "status", "phase") === "Pending" &&
          claim.metadata.deletionTimestamp === undefined &&
          !explained.has(claim),
      );
    return [
      ...pending.flatMap((claim) => [...released(model, claim), ...waits(model, claim)]),
      ...model.list("PersistentVolume").flatMap((volume) => reclaimFailed(model, volume)),
    ];
  },
};
