import { sha256 } from "../../domain/canonical-json.js";
import { Scope } from "../../domain/investigation-request.js";
import type { Alert, Ended, Reported } from "./alert.js";
import { isReplicaSetPod, parseWorkload } from "./parse-workload.js";

export type Placed = { kind: "placed"; alert: Alert } | { kind: "unplaced"; reason: "no-namespace" | "bad-name" };

/**
 * Labels that name a namespace, the most telling first: `exported_` is what the target said of itself where the
 * scraper has put its own word over it.
 */
const namespaceLabels = [
  "exported_namespace",
  "namespace",
  "kubernetes_namespace",
  "kube_namespace",
  "k8s.namespace.name",
  "k8s_namespace_name",
];

/** Labels that name an object, the most telling first. */
const objectLabels: readonly (readonly [kind: string, labels: readonly string[]])[] = [
  ["Deployment", ["deployment", "kube_deployment", "k8s.deployment.name", "k8s_deployment_name"]],
  ["StatefulSet", ["statefulset", "kube_stateful_set", "k8s.statefulset.name"]],
  ["DaemonSet", ["daemonset", "kube_daemon_set", "k8s.daemonset.name"]],
  ["CronJob", ["cronjob", "kube_cronjob", "k8s.cronjob.name"]],
  ["Job", ["job_name", "kube_job", "k8s.job.name"]],
  ["ReplicaSet", ["replicaset", "kube_replica_set", "k8s.replicaset.name"]],
  ["Pod", ["exported_pod", "pod", "pod_name", "kubernetes_pod_name", "k8s.pod.name", "k8s_pod_name"]],
];

function first(labels: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels.get(name);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** The object that an alert names: outright, by a label, or by a value that only a pod's name looks like. */
function objectOf(reported: Reported): Scope["object"] {
  if (reported.object) return reported.object;
  for (const [kind, names] of objectLabels) {
    const name = first(reported.labels, names);
    if (name !== undefined) return { kind, name };
  }
  const pod = reported.values.find(isReplicaSetPod);
  return pod === undefined ? null : { kind: "Pod", name: pod };
}

/** The namespace that a report names by a label, or by the one of its values that is known to be one. */
function namespaceOf(reported: Reported, known: readonly string[]): string | undefined {
  return first(reported.labels, namespaceLabels) ?? reported.values.find((value) => known.includes(value));
}

/** What an investigation of a workload is known by, whoever asks: the same for every object of that name. Pure. */
export function buildTarget(cluster: string, namespace: string, workload: string | null): string {
  return sha256(JSON.stringify(["target", cluster, namespace, workload])).slice(0, 32);
}

function fingerprintOf(source: string, identity: unknown): string {
  return sha256(JSON.stringify([source, identity])).slice(0, 32);
}

/** The end of what cannot be placed: it is found by the identity that its source gives it, or not at all. Pure. */
export function buildEnded(reported: Reported): Ended | null {
  const { source, name, state, fingerprint } = reported;
  if (state !== "resolved" || fingerprint === undefined) return null;
  return {
    source,
    name: name.slice(0, 200),
    state,
    fingerprint: fingerprintOf(source, fingerprint),
    endedGroup: null,
    scope: null,
  };
}

/**
 * Places a report in the cluster. What names no namespace is left alone: a wrong investigation is worse than none.
 * Pure.
 * @param known namespaces that a bare value may be taken for.
 */
export function buildAlert(reported: Reported, cluster: string, known: readonly string[]): Placed {
  const namespace = namespaceOf(reported, known);
  if (namespace === undefined) return { kind: "unplaced", reason: "no-namespace" };
  const named = objectOf(reported);
  const found = Scope.safeParse({ namespace, object: named });
  if (!found.success) return { kind: "unplaced", reason: "bad-name" };
  const workload = named && parseWorkload(named);
  const severity = reported.severity ?? reported.labels.get("severity");
  const identity = reported.fingerprint ?? [reported.name, namespace, named?.kind ?? null, named?.name ?? null];
  const { endedGroup } = reported;
  return {
    kind: "placed",
    alert: {
      source: reported.source,
      name: reported.name.slice(0, 200),
      state: reported.state,
      severity: severity?.slice(0, 40),
      scope: { namespace, object: workload?.object ?? null },
      fingerprint: fingerprintOf(reported.source, identity),
      endedGroup: endedGroup === undefined ? null : fingerprintOf(reported.source, endedGroup),
      target: buildTarget(cluster, namespace, workload?.workload ?? null),
      labels: reported.labels,
    },
  };
}
