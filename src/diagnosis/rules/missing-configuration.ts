import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence, type Finding, waitingEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { eventReason, eventText } from "../event-text.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { isNearName } from "../near-name.js";
import { lastGoodRevision, proposeRolloutUndo } from "../propose-rollout-undo.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("configuration", [
  ["configmap-not-found", "ConfigMap missing", 'CreateContainerConfigError with configmap "…" not found', "propose"],
  ["secret-not-found", "Secret missing", 'CreateContainerConfigError with secret "…" not found', "propose"],
  [
    "config-key-not-found",
    "Key missing in a ConfigMap or Secret",
    "couldn't find key, or references non-existent key",
    "propose",
  ],
  [
    "mounted-configmap-not-found",
    "ConfigMap of a volume missing",
    'FailedMount with configmap "…" not found',
    "propose",
  ],
  ["mounted-secret-not-found", "Secret of a volume missing", 'FailedMount with secret "…" not found', "propose"],
]);

interface Missing {
  causeId: string;
  kind: "ConfigMap" | "Secret";
  /** Empty where the kubelet does not name it. */
  name: string;
  key: string | undefined;
}

const missingObject = /\b(configmap|secret) "([a-z0-9.-]{1,253})" not found/i;
const missingKey =
  /couldn't find key ([-._a-zA-Z0-9]{1,253}) in (ConfigMap|Secret) (?:[a-z0-9-]{1,63}\/)?([a-z0-9.-]{1,253})/;
const missingItem = /references non-existent (config|secret) key: ([-._a-zA-Z0-9]{1,253})/;

/** Reads which ConfigMap or Secret, and which key of it, a message of the kubelet misses. */
function parseMissing(text: string, mounted: boolean): Missing | null {
  const key = missingKey.exec(text);
  if (key)
    return {
      causeId: "config-key-not-found",
      kind: key[2] === "Secret" ? "Secret" : "ConfigMap",
      name: key[3] ?? "",
      key: key[1],
    };
  const item = missingItem.exec(text);
  if (item)
    return {
      causeId: "config-key-not-found",
      kind: item[1] === "secret" ? "Secret" : "ConfigMap",
      name: "",
      key: item[2],
    };
  const object = missingObject.exec(text);
  if (!object) return null;
  const kind = object[1]?.toLowerCase() === "secret" ? "Secret" : "ConfigMap";
  const causeId = `${mounted ? "mounted-" : ""}${kind.toLowerCase()}-not-found`;
  return { causeId, kind, name: object[2] ?? "", key: undefined };
}

/** A volume's source that has an item for a key, where the kubelet names the volume and not the source. */
function sourceOf(pod: KubernetesObject, missing: Missing, message: string): Missing {
  const volume = /for volume "([^"]{1,253})"/.exec(message)?.[1];
  const found = listAt(pod, "spec", "volumes").find((entry) => textAt(entry, "name") === volume);
  const name = missing.kind === "Secret" ? textAt(found, "secret", "secretName") : textAt(found, "configMap", "name");
  return { ...missing, name: name ?? "" };
}

interface Found {
  key: string;
  missing: Missing;
  event: KubernetesObject | undefined;
}

/** What one container waits for. A mount that fails keeps every container of the pod in ContainerCreating. */
function missingOf(model: ScopeModel, container: ContainerState): Found | null {
  const found = (missing: Missing | null, event?: KubernetesObject): Found | null =>
    missing && { key: `${missing.causeId} ${missing.name} ${missing.key ?? ""}`, missing, event };
  if (container.waitingReason === "CreateContainerConfigError")
    return found(parseMissing(container.waitingMessage, false));
  if (container.waitingReason !== "ContainerCreating" && container.waitingReason !== "PodInitializing") return null;
  const event = model
    .eventsOf(container.pod)
    .findLast((entry) => eventReason(entry) === "FailedMount" && parseMissing(eventText(entry), true) !== null);
  const missing = event && parseMissing(eventText(event), true);
  if (!missing) return null;
  return found(missing.name === "" ? sourceOf(container.pod, missing, eventText(event)) : missing, event);
}

function describe(owner: KubernetesObject, missing: Missing, keys: readonly string[] | undefined): string {
  const where = `${owner.metadata.name}: ${missing.kind} ${missing.name === "" ? "of a volume" : missing.name}`;
  if (missing.key === undefined) return `${where} does not exist`;
  const present = keys && keys.length > 0 ? `; it has ${keys.slice(0, 10).join(", ")}` : "";
  return `${where} has no key ${missing.key}${present}`;
}

/** Names in the namespace that a typing mistake would explain. */
function nearNames(model: ScopeModel, namespace: string | undefined, missing: Missing): string[] {
  const { kind, name } = missing;
  return model
    .list(kind, namespace)
    .map((entry) => entry.metadata.name)
    .filter((candidate) => isNearName(candidate, name));
}

/** What the cluster shows now decides: an object or key that is there meanwhile is no cause any more, only a late retry. */
function isThere(model: ScopeModel, namespace: string | undefined, missing: Missing): boolean {
  const object = model.find(missing.kind, namespace, missing.name);
  if (!object) return false; // the kubelet says so, and the snapshot does not contradict it
  return missing.key === undefined || keysOf(object).includes(missing.key);
}

function keysOf(object: KubernetesObject): string[] {
  return [...Object.keys(at(object, "data") ?? {}), ...Object.keys(at(object, "binaryData") ?? {})];
}

/** Does a revision name the object, and where a key is missing the key, too? */
function needsIt(replicaSet: KubernetesObject | undefined, missing: Missing): boolean {
  const text = JSON.stringify(at(replicaSet, "spec", "template", "spec") ?? null);
  return text.includes(`"${missing.name}"`) && (missing.key === undefined || text.includes(`"${missing.key}"`));
}

function explain(model: ScopeModel, group: ContainerGroup<Found>): Cause[] {
  const { owner, pods, containers, found } = group;
  const [first] = containers;
  const { missing, event } = found;
  const namespace = owner.metadata.namespace;
  if (isThere(model, namespace, missing)) return [];
  const object = model.find(missing.kind, namespace, missing.name);
  const keys = object && keysOf(object);
  const near = missing.key === undefined ? nearNames(model, namespace, missing) : [];
  const findings: Finding[] = [event ? eventEvidence(event, first.pod) : waitingEvidence(first)];
  if (object && keys) findings.push(fieldEvidence(object, "data", `keys: ${keys.join(", ")}`));
  const known = new Set(listAt(owner, "spec", "template", "spec", "containers").map((entry) => textAt(entry, "name")));
  const undo = needsIt(lastGoodRevision(model, owner), missing)
    ? []
    : proposeRolloutUndo(model, owner, `the revision before does not need ${missing.kind} ${missing.name}`);
  return [
    buildCause(model, {
      causeId: missing.causeId,
      object: owner,
      ...(known.has(first.name) ? { container: first.name } : {}),
      pods,
      containers,
      summary: describe(owner, missing, keys) + (near.length > 0 ? `; there is ${near.slice(0, 5).join(", ")}` : ""),
      evidence: findings,
      ruledOut: event ? [] : [{ causeId: "image-not-found", because: "the kubelet got past the pull" }],
      notChecked:
        missing.kind === "Secret" && !object ? ["Secrets: not read; the kubelet says that it is missing"] : [],
      actions: missing.name === "" ? [] : undo,
    }),
  ];
}

/** Configuration that a container needs and that is not there. No Secret is read: the kubelet says what it misses. */
export const missingConfigurationFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => missingOf(model, container)).flatMap((group) =>
      explain(model, group),
    ),
};
