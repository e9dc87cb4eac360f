import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause, type CauseDraft } from "../build-cause.js";
import { eventEvidence, fieldEvidence, type Finding } from "../build-evidence.js";
import { eventReason, eventText } from "../event-text.js";
import { parseQuantity } from "../parse-quantity.js";
import { parseScheduling } from "../parse-scheduling.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refText, type ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";

const rules = describeRules("claim", [
  ["storageclass-not-found", "StorageClass missing", "PVC Pending; storageclass … not found", "propose"],
  [
    "no-default-storageclass",
    "No default StorageClass and no volume",
    "PVC Pending; no storage class is set",
    "propose",
  ],
  ["pv-capacity-too-small", "No volume is large enough", "PVC Pending; Available volumes are smaller", "propose"],
  ["pv-access-mode-mismatch", "No volume offers the access mode", "PVC Pending; accessModes of the volumes", "propose"],
  ["pv-selector-mismatch", "Selector matches no volume", "PVC Pending; spec.selector against volume labels", "propose"],
  ["pv-already-bound", "The volume is taken by another claim", "PVC Pending; spec.volumeName is Bound elsewhere"],
  ["volume-provisioning-failed", "Provisioner reports an error", "PVC Pending; ProvisioningFailed"],
  ["volume-provisioner-down", "Nobody provisions the volume", "PVC Pending; waits for an external provisioner"],
  ["pvc-not-found", "Claim does not exist", "FailedScheduling: persistentvolumeclaim not found", "propose"],
  ["pvc-lost", "Claim lost its volume", "PVC phase Lost"],
]);

type Reason = Pick<CauseDraft, "causeId" | "summary" | "evidence" | "confidence">;

const gi = (value: unknown) => (typeof value === "string" ? value : "unknown size");

/** Why no volume that exists fits a claim; null where that cannot be said. */
function compareVolumes(model: ScopeModel, claim: KubernetesObject, className: string): Reason | null {
  const name = claim.metadata.name;
  const wantedName = textAt(claim, "spec", "volumeName");
  const volumes = model
    .list("PersistentVolume")
    .filter((volume) => (textAt(volume, "spec", "storageClassName") ?? "") === className);
  if (wantedName !== undefined) {
    const volume = model.find("PersistentVolume", undefined, wantedName);
    const by = volume && at(volume, "spec", "claimRef");
    if (!volume || !by || textAt(by, "name") === name) return null;
    const taker = `${textAt(by, "namespace") ?? ""}/${textAt(by, "name") ?? ""}`;
    return {
      causeId: "pv-already-bound",
      summary: `Claim ${name} wants volume ${wantedName}, which belongs to claim ${taker}`,
      evidence: [fieldEvidence(volume, "spec.claimRef", taker)],
    };
  }
  const free = volumes.filter((volume) => textAt(volume, "status", "phase") === "Available");
  if (free.length === 0) return null;
  const asked = parseQuantity(at(claim, "spec", "resources", "requests", "storage")) ?? 0;
  const modes = listAt(claim, "spec", "accessModes").map(String);
  const labels = Object.entries(textsAt(claim, "spec", "selector", "matchLabels"));
  const offers = (volume: KubernetesObject) =>
    modes.every((mode) => listAt(volume, "spec", "accessModes").includes(mode));
  const selected = (volume: KubernetesObject) =>
    labels.every(([key, value]) => volume.metadata.labels?.[key] === value);
  const holds = (volume: KubernetesObject) => (parseQuantity(at(volume, "spec", "capacity", "storage")) ?? 0) >= asked;
  const shown = (volume: KubernetesObject) =>
    `${volume.metadata.name}: ${gi(at(volume, "spec", "capacity", "storage"))}, ${listAt(volume, "spec", "accessModes").map(String).join(" ")}`;
  const evidence = free.slice(0, 5).map((volume) => fieldEvidence(volume, "spec", shown(volume)));
  if (!free.some(selected))
    return {
      causeId: "pv-selector-mismatch",
      summary: `Claim ${name} selects volumes with ${labels.map(([key, value]) => `${key}=${value}`).join(",")}, and none of ${free.length} free ones has that`,
      evidence,
    };
  if (!free.some((volume) => selected(volume) && offers(volume)))
    return {
      causeId: "pv-access-mode-mismatch",
      summary: `Claim ${name} asks for ${modes.join(", ")}, which none of ${free.length} free volumes offers`,
      evidence,
    };
  if (!free.some((volume) => selected(volume) && offers(volume) && holds(volume)))
    return {
      causeId: "pv-capacity-too-small",
      summary: `Claim ${name} asks for ${gi(at(claim, "spec", "resources", "requests", "storage"))}, which none of ${free.length} free volumes holds`,
      evidence,
    };
  return null;
}

function reasonOf(model: ScopeModel, claim: KubernetesObject): Reason | null {
  const name = claim.metadata.name;
  const phase = textAt(claim, "status", "phase");
  if (phase === "Lost")
    return {
      causeId: "pvc-lost",
      summary: `Claim ${name} has lost its volume ${textAt(claim, "spec", "volumeName") ?? ""}`.trim(),
      evidence: [fieldEvidence(claim, "status.phase", "Lost")],
    };
  if (phase !== "Pending") return null;
  const className = textAt(claim, "spec", "storageClassName");
  const events = model.eventsOf(claim);
  const said = (test: (event: KubernetesObject) => boolean) => events.findLast(test);
  const proof = (event: KubernetesObject | undefined): Finding[] => [
    ...(event ? [eventEvidence(event, claim)] : []),
    fieldEvidence(claim, "status.phase", "Pending"),
  ];

  const noClass = said((event) => /storageclass\S{0,40} "[^"]{1,253}" not found/i.test(eventText(event)));
  const classes = model.list("StorageClass");
  const classIsGone =
    className !== undefined &&
    className !== "" &&
    classes.length > 0 &&
    !model.find("StorageClass", undefined, className);
  const volumesOfClass = model
    .list("PersistentVolume")
    .some((volume) => textAt(volume, "spec", "storageClassName") === className);
  if ((noClass && (classes.length === 0 || classIsGone)) || (classIsGone && !volumesOfClass)) {
    const have = classes.map(({ metadata }) => metadata.name).slice(0, 5);
    return {
      causeId: "storageclass-not-found",
      summary: `Claim ${name} asks for StorageClass ${className ?? ""}, which does not exist${have.length > 0 ? `; there is ${have.join(", ")}` : ""}`,
      evidence: [...proof(noClass), fieldEvidence(claim, "spec.storageClassName", className ?? "")],
    };
  }
  const compared = compareVolumes(model, claim, className ?? "");
  if (compared) return { ...compared, evidence: [...proof(undefined), ...compared.evidence] };
  const failed = said((event) => eventReason(event) === "ProvisioningFailed");
  if (failed && !noClass)
    return {
      causeId: "volume-provisioning-failed",
      summary: `No volume could be made for claim ${name}: ${eventText(failed)}`,
      evidence: proof(failed),
    };
  const none = said((event) => /no storage class is set/i.test(eventText(event)));
  const noDefault =
    className === "" ||
    (className === undefined &&
      !classes.some((entry) => entry.metadata.annotations?.["storageclass.kubernetes.io/is-default-class"] === "true"));
  if (none && noDefault)
    return {
      causeId: "no-default-storageclass",
      summary: `Claim ${name} names no StorageClass, ${className === "" ? "so none makes a volume for it" : "the cluster has no default one"}, and no volume fits it`,
      evidence: proof(none),
    };
  const waits = said((event) => eventReason(event) === "ExternalProvisioning");
  if (waits && model.ageOf(claim) > 45_000 && !said((event) => eventReason(event) === "Provisioning"))
    return {
      causeId: "volume-provisioner-down",
      summary: `Claim ${name} waits for its provisioner, which has not answered: ${eventText(waits)}`,
      evidence: proof(waits),
      confidence: "likely",
    };
  return null;
}

function usersOf(model: ScopeModel): Map<string, KubernetesObject[]> {
  const users = new Map<string, KubernetesObject[]>();
  for (const pod of model.pods) {
    for (const volume of listAt(pod, "spec", "volumes")) {
      const claim = textAt(volume, "persistentVolumeClaim", "claimName");
      if (claim === undefined) continue;
      const key = `${pod.metadata.namespace ?? ""}/${claim}`;
      const same = users.get(key);
      if (same) same.push(pod);
      else users.set(key, [pod]);
    }
  }
  return users;
}

/** Pods that name a claim which is not there. */
function missingClaims(model: ScopeModel): Cause[] {
  const groups = new Map<string, { claim: string; pods: KubernetesObject[]; evidence: Finding }>();
  for (const pod of model.pods) {
    if (textAt(pod, "spec", "nodeName") !== undefined) continue;
    const event = model.eventsOf(pod).findLast((entry) => eventReason(entry) === "FailedScheduling");
    const condition = listAt(pod, "status", "conditions").find((entry) => textAt(entry, "type") === "PodScheduled");
    const message = textAt(condition, "message") ?? (event ? eventText(event) : "");
    const [obstacle] = parseScheduling(message);
    if (
      obstacle?.kind !== "claim-missing" ||
      model.find("PersistentVolumeClaim", pod.metadata.namespace, obstacle.detail)
    )
      continue;
    const key = `${refText(model.topOwner(pod))} ${obstacle.detail}`;
    const group = groups.get(key);
    if (group) group.pods.push(pod);
    else
      groups.set(key, {
        claim: obstacle.detail,
        pods: [pod],
        evidence: event ? eventEvidence(event, pod) : fieldEvidence(pod, "status.conditions", message),
      });
  }
  return [...groups.values()].map(({ claim, pods, evidence }) => {
    const owner = model.topOwner(pods[0] as KubernetesObject);
    return buildCause(model, {
      causeId: "pvc-not-found",
      object: owner,
      pods,
      summary: `${owner.metadata.name}: PersistentVolumeClaim ${claim} does not exist`,
      evidence: [evidence],
    });
  });
}

/** Quotas that keep a StatefulSet's claims from being made are admission's; here only claims that exist and do not bind. */
export const claimFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const users = usersOf(model);
    const pending = model.list("PersistentVolumeClaim").flatMap((claim): Cause[] => {
      if (explained.has(claim) || claim.metadata.deletionTimestamp !== undefined || model.ageOf(claim) < 20_000)
        return [];
      const reason = reasonOf(model, claim);
      if (!reason) return [];
      const pods = users.get(`${claim.metadata.namespace ?? ""}/${claim.metadata.name}`) ?? [];
      return [
        buildCause(model, {
          ...reason,
          object: claim,
          pods,
          symptom: claim,
          severity: pods.length > 0 ? "critical" : "warning",
          since: claim.metadata.creationTimestamp ?? undefined,
          explains: [claim, ...pods, ...pods.map((pod) => model.topOwner(pod))],
        }),
      ];
    });
    return [...pending, ...missingClaims(model)];
  },
};
