import { at, type KubernetesObject, listAt, textAt } from "../domain/kubernetes-object.js";
import { formatAmount, parseQuantity } from "./parse-quantity.js";
import type { ScopeModel } from "./scope-model.js";
import { textsAt } from "./texts-at.js";

/** One reason why one node cannot take a pod, computed from what both say of themselves. */
export interface Blocker {
  kind: "cordoned" | "taint" | "selector" | "affinity" | "resource" | "pods" | "volume-node";
  /** The taint's key, the selector's label, the resource. */
  detail: string;
  /** What a person reads: "500m of 2 cores are free, 1 is asked for". */
  says: string;
  /** Would it fit on the node if nothing else ran there? Only for resources. */
  everFits?: boolean;
}

export interface NodeFit {
  node: KubernetesObject;
  controlPlane: boolean;
  blockers: Blocker[];
}

type Amounts = Map<string, number>;

function add(into: Amounts, resources: unknown): void {
  if (resources === null || typeof resources !== "object") return;
  for (const [resource, value] of Object.entries(resources)) {
    into.set(resource, (into.get(resource) ?? 0) + (parseQuantity(value) ?? 0));
  }
}

/** What a pod asks for: the sum of its containers, or its largest init container, and its overhead. */
export function requestsOf(pod: KubernetesObject): Amounts {
  const total: Amounts = new Map();
  for (const container of listAt(pod, "spec", "containers")) add(total, requestsIn(container));
  for (const container of listAt(pod, "spec", "initContainers")) {
    if (textAt(container, "restartPolicy") === "Always") {
      add(total, requestsIn(container));
      continue;
    }
    const own: Amounts = new Map();
    add(own, requestsIn(container));
    for (const [resource, amount] of own) total.set(resource, Math.max(total.get(resource) ?? 0, amount));
  }
  add(total, at(pod, "spec", "overhead"));
  return total;
}

/** Requests default to limits where a container sets these alone. */
function requestsIn(container: unknown): Record<string, unknown> {
  const limits = at(container, "resources", "limits");
  const requests = at(container, "resources", "requests");
  return { ...(typeof limits === "object" ? limits : {}), ...(typeof requests === "object" ? requests : {}) };
}

function tolerates(pod: KubernetesObject, taint: unknown): boolean {
  const [key, value, effect] = [textAt(taint, "key"), textAt(taint, "value") ?? "", textAt(taint, "effect")];
  return listAt(pod, "spec", "tolerations").some((toleration) => {
    const wanted = textAt(toleration, "effect");
    if (wanted !== undefined && wanted !== "" && wanted !== effect) return false;
    const exists = textAt(toleration, "operator") === "Exists";
    const tolerated = textAt(toleration, "key");
    if (tolerated === undefined || tolerated === "") return exists;
    return tolerated === key && (exists || (textAt(toleration, "value") ?? "") === value);
  });
}

/** Does one requirement of a node affinity hold on a node? An operator that is not known counts as met. */
function meets(node: KubernetesObject, requirement: unknown, fields: boolean): boolean {
  const key = textAt(requirement, "key") ?? "";
  const value = fields && key === "metadata.name" ? node.metadata.name : node.metadata.labels?.[key];
  const values = listAt(requirement, "values").map(String);
  switch (textAt(requirement, "operator") ?? "") {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return true;
  }
}

/** Does a node match any term of a node selector (as of a node affinity, or of a volume)? */
function matchesTerms(node: KubernetesObject, terms: readonly unknown[]): boolean {
  return terms.some(
    (term) =>
      listAt(term, "matchExpressions").every((requirement) => meets(node, requirement, false)) &&
      listAt(term, "matchFields").every((requirement) => meets(node, requirement, true)),
  );
}

function volumeBlockers(model: ScopeModel, pod: KubernetesObject, node: KubernetesObject): Blocker[] {
  return listAt(pod, "spec", "volumes").flatMap((volume): Blocker[] => {
    const claimName = textAt(volume, "persistentVolumeClaim", "claimName");
    const claim = claimName && model.find("PersistentVolumeClaim", pod.metadata.namespace, claimName);
    const volumeName = claim ? textAt(claim, "spec", "volumeName") : undefined;
    const found = volumeName && model.find("PersistentVolume", undefined, volumeName);
    const terms = found ? listAt(found, "spec", "nodeAffinity", "required", "nodeSelectorTerms") : [];
    if (terms.length === 0 || matchesTerms(node, terms)) return [];
    return [
      {
        kind: "volume-node",
        detail: claimName ?? "",
        says: `volume ${volumeName ?? ""} of claim ${claimName ?? ""} cannot be used there`,
      },
    ];
  });
}

function resourceBlockers(
  pod: KubernetesObject,
  node: KubernetesObject,
  running: readonly KubernetesObject[],
): Blocker[] {
  const allocatable = at(node, "status", "allocatable");
  if (allocatable === undefined) return [];
  const used: Amounts = new Map();
  for (const other of running)
    for (const [resource, amount] of requestsOf(other)) used.set(resource, (used.get(resource) ?? 0) + amount);
  const blockers: Blocker[] = [];
  const most = parseQuantity(at(allocatable, "pods"));
  if (most !== undefined && running.length >= most)
    blockers.push({ kind: "pods", detail: "pods", says: `${running.length} of ${most} pods run there` });
  for (const [resource, asked] of requestsOf(pod)) {
    if (asked <= 0) continue;
    const has = parseQuantity(at(allocatable, resource)) ?? 0;
    const free = Math.max(has - (used.get(resource) ?? 0), 0);
    if (asked <= free + has * 1e-9) continue;
    blockers.push({
      kind: "resource",
      detail: resource,
      everFits: asked <= has,
      says: `${formatAmount(resource, free)} of ${formatAmount(resource, has)} ${resource} are free, ${formatAmount(resource, asked)} is asked for`,
    });
  }
  return blockers;
}

/** Why each node of the snapshot cannot take a pod; a node without blockers could, as far as is seen. */
export function fitNodes(
  model: ScopeModel,
  pod: KubernetesObject,
  runningOn: (node: string) => readonly KubernetesObject[],
): NodeFit[] {
  return model.list("Node").map((node) => {
    const blockers: Blocker[] = [];
    const taints = listAt(node, "spec", "taints").filter((taint) =>
      ["NoSchedule", "NoExecute"].includes(textAt(taint, "effect") ?? ""),
    );
    const cordoned = at(node, "spec", "unschedulable") === true;
    if (cordoned) blockers.push({ kind: "cordoned", detail: "", says: "it is cordoned" });
    for (const taint of taints) {
      const key = textAt(taint, "key") ?? "";
      if (tolerates(pod, taint) || (cordoned && key === "node.kubernetes.io/unschedulable")) continue;
      const value = textAt(taint, "value");
      const shown = `${key}${value === undefined || value === "" ? "" : `=${value}`}`;
      blockers.push({ kind: "taint", detail: key, says: `its taint ${shown} is not tolerated` });
    }
    const selector = Object.entries(textsAt(pod, "spec", "nodeSelector"));
    const unmet = selector.filter(([key, value]) => node.metadata.labels?.[key] !== value);
    if (unmet.length > 0) {
      const shown = unmet.map(([key, value]) => `${key}=${value}`).join(",");
      blockers.push({ kind: "selector", detail: shown, says: `it lacks the label ${shown}` });
    }
    const terms = listAt(
      pod,
      "spec",
      "affinity",
      "nodeAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution",
      "nodeSelectorTerms",
    );
    if (terms.length > 0 && !matchesTerms(node, terms))
      blockers.push({ kind: "affinity", detail: "", says: "it does not match the node affinity" });
    const running = runningOn(node.metadata.name).filter((other) => other !== pod);
    blockers.push(...resourceBlockers(pod, node, running), ...volumeBlockers(model, pod, node));
    const controlPlane = taints.some((taint) =>
      ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"].includes(textAt(taint, "key") ?? ""),
    );
    return { node, controlPlane, blockers };
  });
}

/** Pods by node, for sums of what is asked for there; finished pods hold nothing. */
export function buildRunningOn(model: ScopeModel): (node: string) => readonly KubernetesObject[] {
  const byNode = new Map<string, KubernetesObject[]>();
  for (const pod of model.list("Pod")) {
    const node = textAt(pod, "spec", "nodeName");
    if (node === undefined || ["Succeeded", "Failed"].includes(textAt(pod, "status", "phase") ?? "")) continue;
    const same = byNode.get(node);
    if (same) same.push(pod);
    else byNode.set(node, [pod]);
  }
  return (node) => byNode.get(node) ?? [];
}
