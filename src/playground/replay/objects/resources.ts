/** One resource that the API serves. */
export interface Resource {
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
  /** Does a change of what is wanted count up `metadata.generation`? */
  generation: boolean;
  status: boolean;
  scale: boolean;
  shortNames: readonly string[];
  /** The structural schema of a custom resource. */
  schema?: object;
}

type Mark = "cluster" | "generation" | "status" | "scale";

function row(
  group: string,
  version: string,
  plural: string,
  kind: string,
  marks: readonly Mark[] = [],
  shortNames: readonly string[] = [],
): Resource {
  const has = (mark: Mark) => marks.includes(mark);
  return {
    group,
    version,
    plural,
    kind,
    namespaced: !has("cluster"),
    generation: has("generation"),
    status: has("status"),
    scale: has("scale"),
    shortNames,
  };
}

const rbac = "rbac.authorization.k8s.io";
const workload = ["generation", "status", "scale"] as const;

/** Kinds of Kubernetes itself. */
export const builtInResources: readonly Resource[] = [
  row("", "v1", "configmaps", "ConfigMap", [], ["cm"]),
  row("", "v1", "events", "Event", [], ["ev"]),
  row("", "v1", "limitranges", "LimitRange"),
  row("", "v1", "namespaces", "Namespace", ["cluster", "status"], ["ns"]),
  row("", "v1", "nodes", "Node", ["cluster", "status"], ["no"]),
  row("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", ["status"], ["pvc"]),
  row("", "v1", "persistentvolumes", "PersistentVolume", ["cluster", "status"], ["pv"]),
  row("", "v1", "pods", "Pod", ["status", "generation"], ["po"]),
  row("", "v1", "resourcequotas", "ResourceQuota", ["status"], ["quota"]),
  row("", "v1", "secrets", "Secret"),
  row("", "v1", "serviceaccounts", "ServiceAccount", [], ["sa"]),
  row("", "v1", "services", "Service", ["status"], ["svc"]),
  row("apps", "v1", "daemonsets", "DaemonSet", ["generation", "status"], ["ds"]),
  row("apps", "v1", "deployments", "Deployment", workload, ["deploy"]),
  row("apps", "v1", "replicasets", "ReplicaSet", workload, ["rs"]),
  row("apps", "v1", "statefulsets", "StatefulSet", workload, ["sts"]),
  row("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", ["status"], ["hpa"]),
  row("batch", "v1", "cronjobs", "CronJob", ["generation", "status"], ["cj"]),
  row("batch", "v1", "jobs", "Job", ["generation", "status"]),
  row("coordination.k8s.io", "v1", "leases", "Lease"),
  row("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", ["generation", "status"], ["pdb"]),
  row("networking.k8s.io", "v1", "ingresses", "Ingress", ["generation", "status"], ["ing"]),
  row("networking.k8s.io", "v1", "ingressclasses", "IngressClass", ["cluster", "generation"]),
  row("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", ["generation"], ["netpol"]),
  row("storage.k8s.io", "v1", "storageclasses", "StorageClass", ["cluster"], ["sc"]),
  row("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", ["generation"]),
  row(rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", ["cluster"]),
  row(rbac, "v1", "clusterroles", "ClusterRole", ["cluster"]),
  row(rbac, "v1", "rolebindings", "RoleBinding"),
  row(rbac, "v1", "roles", "Role"),
];

export function apiVersionOf({ group, version }: Resource): string {
  return group === "" ? version : `${group}/${version}`;
}

/** Every resource by its place in a URL and by its kind. */
export class Resources {
  readonly #all: Resource[] = [...builtInResources];

  get all(): readonly Resource[] {
    return this.#all;
  }

  add(resource: Resource): void {
    this.#all.push(resource);
  }

  at(group: string, version: string, plural: string): Resource | undefined {
    return this.#all.find((row) => row.group === group && row.version === version && row.plural === plural);
  }

  /** @throws Error where the kind is not served */
  ofKind(kind: string): Resource {
    const found = this.#all.find((row) => row.kind === kind);
    if (!found) throw new Error(`kind ${kind} is not one that the replay cluster serves`);
    return found;
  }

  serves(kind: string): boolean {
    return this.#all.some((row) => row.kind === kind);
  }
}
