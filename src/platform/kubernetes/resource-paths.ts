import { KubeClawError } from "../../domain/errors.js";

/** Which object, or which collection when `name` is absent. */
export interface Target {
  apiVersion: string;
  kind: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

/** Anything that names its kind and place; the rest is the server's to judge. */
export interface ObjectToCreate {
  apiVersion: string;
  kind: string;
  metadata: { name?: string; namespace?: string | undefined };
  spec?: unknown;
  rules?: unknown;
  roleRef?: unknown;
  subjects?: unknown;
}

/** Kinds that we touch: plural name, and whether they live in a namespace. */
const kinds: Readonly<Record<string, readonly [plural: string, namespaced: boolean]>> = {
  AgentRun: ["agentruns", true],
  ConfigMap: ["configmaps", true],
  CronJob: ["cronjobs", true],
  CustomResourceDefinition: ["customresourcedefinitions", false],
  DaemonSet: ["daemonsets", true],
  Decision: ["decisions", true],
  Deployment: ["deployments", true],
  EndpointSlice: ["endpointslices", true],
  Event: ["events", true],
  HorizontalPodAutoscaler: ["horizontalpodautoscalers", true],
  Ingress: ["ingresses", true],
  IngressClass: ["ingressclasses", false],
  Job: ["jobs", true],
  Lease: ["leases", true],
  LimitRange: ["limitranges", true],
  Namespace: ["namespaces", false],
  NetworkPolicy: ["networkpolicies", true],
  Node: ["nodes", false],
  PersistentVolume: ["persistentvolumes", false],
  PersistentVolumeClaim: ["persistentvolumeclaims", true],
  Pod: ["pods", true],
  PodDisruptionBudget: ["poddisruptionbudgets", true],
  ReplicaSet: ["replicasets", true],
  ResourceQuota: ["resourcequotas", true],
  Role: ["roles", true],
  RoleBinding: ["rolebindings", true],
  Secret: ["secrets", true],
  Service: ["services", true],
  ServiceAccount: ["serviceaccounts", true],
  StatefulSet: ["statefulsets", true],
  StorageClass: ["storageclasses", false],
  SubjectAccessReview: ["subjectaccessreviews", false],
  TokenReview: ["tokenreviews", false],
  ValidatingAdmissionPolicy: ["validatingadmissionpolicies", false],
  ValidatingAdmissionPolicyBinding: ["validatingadmissionpolicybindings", false],
};

/**
 * A name as one segment of a path. The API server decodes a path before it splits it: a name with a slash would be
 * another object, or a subresource.
 */
function segment(name: string): string {
  if (name === "." || name === ".." || /[/%]/.test(name))
    throw new KubeClawError("bad-input", `${JSON.stringify(name.slice(0, 100))} is no name of an object`);
  return encodeURIComponent(name);
}

/** The URL path of an object or a collection. */
export function resourcePath(target: Target, subresource?: string): string {
  const row = kinds[target.kind];
  if (!row) throw new KubeClawError("bad-input", `kind ${target.kind} is not one that KubeClaw touches`);
  const [plural, namespaced] = row;
  const group = target.apiVersion.includes("/") ? `/apis/${target.apiVersion}` : `/api/${target.apiVersion}`;
  const namespace = namespaced && target.namespace !== undefined ? `/namespaces/${segment(target.namespace)}` : "";
  const name = target.name === undefined ? "" : `/${segment(target.name)}`;
  return `${group}${namespace}/${plural}${name}${subresource === undefined ? "" : `/${subresource}`}`;
}
