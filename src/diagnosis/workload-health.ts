import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import { type ScopeModel, refOf } from "./scope-model.js";

/** True when the pod's condition Ready is True. */
export function isReady(pod: KubernetesObject): boolean {
  return listAt(pod, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
}

/** How many replicas a workload wants and how many serve; undefined where its kind or its status does not say. */
export function replicasOf(workload: KubernetesObject): { wanted: number; available: number } | undefined {
  switch (workload.kind) {
    case "Deployment":
    case "StatefulSet":
    case "ReplicaSet": {
      if (at(workload, "status") === undefined) return undefined;
      const available =
        numberAt(workload, "status", "availableReplicas") ?? numberAt(workload, "status", "readyReplicas") ?? 0;
      return { wanted: numberAt(workload, "spec", "replicas") ?? 1, available };
    }
    case "DaemonSet": {
      const wanted = numberAt(workload, "status", "desiredNumberScheduled");
      return wanted === undefined
        ? undefined
        : { wanted, available: numberAt(workload, "status", "numberAvailable") ?? 0 };
    }
    default:
      return undefined;
  }
}

/** Services whose selector takes a workload's pods, with how many of those pods are ready. */
export function servicesOf(
  model: ScopeModel,
  pods: readonly KubernetesObject[],
): { service: KubernetesObject; ready: number; all: number }[] {
  const first = pods[0];
  if (!first) return [];
  return model.list("Service", first.metadata.namespace).flatMap((service) => {
    const selector = Object.entries((at(service, "spec", "selector") ?? {}) as Record<string, string>);
    const takes = (pod: KubernetesObject) =>
      selector.length > 0 && selector.every(([name, value]) => pod.metadata.labels?.[name] === value);
    if (!takes(first)) return [];
    const all = model
      .list("Pod", first.metadata.namespace)
      .filter((pod) => takes(pod) && pod.metadata.deletionTimestamp === undefined);
    return [{ service, ready: all.filter(isReady).length, all: all.length }];
  });
}

/** What a broken workload does to others: its own capacity, and the Services in front of it. */
export function effectsOn(model: ScopeModel, workload: KubernetesObject, pods: readonly KubernetesObject[]) {
  const replicas = replicasOf(workload);
  const capacity =
    replicas && replicas.available < replicas.wanted
      ? [{ object: refOf(workload), summary: `${replicas.available} of ${replicas.wanted} replicas available` }]
      : [];
  const services = servicesOf(model, pods)
    .filter(({ ready, all }) => ready < all)
    .map(({ service, ready, all }) => ({
      object: refOf(service),
      summary: `Service ${service.metadata.name}: ${ready} of ${all} endpoints ready`,
    }));
  return [...capacity, ...services];
}

/** Critical when nobody serves any more or a rollout stands still; a degraded but serving workload is critical too while it fails now. */
export function severityOf(workload: KubernetesObject): "critical" | "warning" {
  const replicas = replicasOf(workload);
  return replicas && replicas.wanted === 0 ? "warning" : "critical";
}
