import type { Confidence, Verdict } from "../../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { eventEvidence, fieldEvidence, type Finding, numbered, waitingEvidence } from "../build-evidence.js";
import { groupContainers } from "../group-containers.js";
import { lastGoodRevision, proposeRolloutUndo } from "../propose-rollout-undo.js";
import type { RuleDescription, RuleFamily } from "../rule.js";
import { type ContainerState, eventText, refOf, type ScopeModel } from "../scope-model.js";
import { effectsOn, severityOf } from "../workload-health.js";

function rule(id: string, title: string, signals: string): RuleDescription {
  return { id, family: "configuration", title, signals, remediation: "propose", severity: "critical" };
}

const rules = [
  rule("configmap-not-found", "ConfigMap missing", 'CreateContainerConfigError with configmap "…" not found'),
  rule("config-key-not-found", "Key missing in a ConfigMap", "CreateContainerConfigError with couldn't find key"),
  rule("mounted-configmap-not-found", "ConfigMap of a volume missing", 'FailedMount with configmap "…" not found'),
] as const;

interface Missing {
  causeId: (typeof rules)[number]["id"];
  configMap: string;
  key: string | undefined;
}

const quotedName = String.raw`"([a-z0-9.-]{1,253})"`;
const missingMap = new RegExp(`configmap ${quotedName} not found`);
const missingKey = /couldn't find key ([-._a-zA-Z0-9]{1,253}) in ConfigMap (?:[a-z0-9-]{1,63}\/)?([a-z0-9.-]{1,253})/;

/** Reads which ConfigMap, and which key of it, a message of the kubelet misses. */
function parseMissing(text: string, mounted: boolean): Missing | null {
  const key = missingKey.exec(text);
  if (key) return { causeId: "config-key-not-found", configMap: key[2] ?? "", key: key[1] };
  const map = missingMap.exec(text);
  if (!map) return null;
  return {
    causeId: mounted ? "mounted-configmap-not-found" : "configmap-not-found",
    configMap: map[1] ?? "",
    key: undefined,
  };
}

/** What one container waits for. A mount that fails keeps every container of the pod in ContainerCreating. */
function missingOf(
  model: ScopeModel,
  container: ContainerState,
): { missing: Missing; event: KubernetesObject | undefined } | null {
  if (container.waitingReason === "CreateContainerConfigError") {
    const missing = parseMissing(container.waitingMessage, false);
    return missing && { missing, event: undefined };
  }
  if (container.waitingReason !== "ContainerCreating" && container.waitingReason !== "PodInitializing") return null;
  const event = model
    .eventsOf(container.pod)
    .findLast((entry) => textAt(entry, "reason") === "FailedMount" && missingMap.test(eventText(entry)));
  const missing = event && parseMissing(eventText(event), true);
  return missing ? { missing, event } : null;
}

function describe(owner: KubernetesObject, missing: Missing, keys: readonly string[] | undefined): string {
  const where = `${owner.metadata.name}: ConfigMap ${missing.configMap}`;
  if (missing.key === undefined) return `${where} does not exist`;
  const present = keys && keys.length > 0 ? `; it has ${keys.slice(0, 10).join(", ")}` : "";
  return `${where} has no key ${missing.key}${present}`;
}

/** Names in the namespace that a typing mistake would explain. */
function nearNames(model: ScopeModel, namespace: string | undefined, name: string): string[] {
  return model
    .list("ConfigMap", namespace)
    .map((entry) => entry.metadata.name)
    .filter((candidate) => candidate !== name && (candidate.startsWith(name) || name.startsWith(candidate)));
}

/** What the cluster shows now decides: a map or key that is there meanwhile is no cause any more, only a late retry. */
function confidenceOf(model: ScopeModel, namespace: string | undefined, missing: Missing): Confidence | "gone" {
  const map = model.find("ConfigMap", namespace, missing.configMap);
  if (!map) return "confirmed"; // the kubelet says so, and the snapshot does not contradict it
  if (missing.key === undefined) return "gone";
  const keys = Object.keys(at(map, "data") ?? {});
  return keys.includes(missing.key) ? "gone" : "confirmed";
}

/** Does a revision name the ConfigMap, and where a key is missing the key, too? */
function needsIt(replicaSet: KubernetesObject | undefined, missing: Missing): boolean {
  const text = JSON.stringify(at(replicaSet, "spec", "template", "spec") ?? null);
  return text.includes(`"${missing.configMap}"`) && (missing.key === undefined || text.includes(`"${missing.key}"`));
}

function explain(model: ScopeModel, group: ReturnType<typeof groupContainers>[number]): Verdict[] {
  const { owner, pods, since } = group;
  const [first] = group.containers;
  const found = missingOf(model, first);
  if (!found) return [];
  const { missing, event } = found;
  const namespace = owner.metadata.namespace;
  const confidence = confidenceOf(model, namespace, missing);
  if (confidence === "gone") return [];
  const map = model.find("ConfigMap", namespace, missing.configMap);
  const keys = map && Object.keys(at(map, "data") ?? {});
  const near = missing.key === undefined ? nearNames(model, namespace, missing.configMap) : [];
  const findings: Finding[] = [event ? eventEvidence(event, first.pod) : waitingEvidence(first)];
  if (map && keys) findings.push(fieldEvidence(map, "data", `keys: ${keys.join(", ")}`));
  const known = new Set(listAt(owner, "spec", "template", "spec", "containers").map((entry) => textAt(entry, "name")));
  return [
    {
      causeId: missing.causeId,
      object: refOf(owner, known.has(first.name) ? first.name : undefined),
      symptomObject: refOf(first.pod),
      confidence,
      severity: severityOf(owner),
      summary: describe(owner, missing, keys) + (near.length > 0 ? `; there is ${near.join(", ")}` : ""),
      ...(since === undefined ? {} : { since }),
      evidence: numbered(findings),
      effects: effectsOn(model, owner, pods),
      ruledOut: event ? [] : [{ causeId: "image-not-found", because: "the kubelet got past the pull" }],
      notChecked: [],
      actions: needsIt(lastGoodRevision(model, owner), missing)
        ? []
        : proposeRolloutUndo(model, owner, `the revision before does not need ConfigMap ${missing.configMap}`),
    },
  ];
}

/** Configuration that a container needs and that is not there. */
export const missingConfigurationFamily: RuleFamily = {
  rules,
  evaluate(model) {
    const groups = groupContainers(model, (container) => {
      const found = missingOf(model, container);
      return found ? `${found.missing.causeId} ${found.missing.configMap} ${found.missing.key ?? ""}` : null;
    });
    return groups.flatMap((group) => explain(model, group));
  },
};
