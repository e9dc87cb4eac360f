import { type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";

export interface WantedLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
}

const mostLogs = 6;

/** Which logs are worth a call: of containers that ran and are not well now, the ones that crashed first. */
export function chooseLogs(objects: readonly KubernetesObject[]): WantedLog[] {
  const wanted: (WantedLog & { restarts: number })[] = [];
  for (const pod of objects) {
    if (pod.kind !== "Pod" || pod.metadata.deletionTimestamp !== undefined) continue;
    for (const status of listAt(pod, "status", "containerStatuses")) {
      const restarts = numberAt(status, "restartCount") ?? 0;
      const unwell =
        restarts > 0 ||
        (textAt(status, "state", "running", "startedAt") !== undefined &&
          (status as { ready?: boolean }).ready === false);
      const container = textAt(status, "name");
      if (!unwell || container === undefined) continue;
      wanted.push({
        namespace: pod.metadata.namespace ?? "",
        pod: pod.metadata.name,
        container,
        previous: restarts > 0,
        restarts,
      });
    }
  }
  return wanted
    .sort((left, right) => right.restarts - left.restarts)
    .slice(0, mostLogs)
    .map(({ restarts: _order, ...log }) => log);
}
