import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";

export interface WantedLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
}

/** Reads of logs in one investigation, and pods of one workload that are worth one: the others say the same. */
const mostLogs = 16;
const mostAlike = 2;

interface Candidate {
  namespace: string;
  pod: string;
  container: string;
  restarts: number;
  owner: string;
  /** Has the container a log of its own run, and one of the run before? */
  current: boolean;
  previous: boolean;
}

function candidatesOf(pod: KubernetesObject): Candidate[] {
  const owner = pod.metadata.ownerReferences?.[0]?.name ?? pod.metadata.name;
  return ["initContainerStatuses", "containerStatuses"].flatMap((field) =>
    listAt(pod, "status", field).flatMap((status): Candidate[] => {
      const restarts = numberAt(status, "restartCount") ?? 0;
      const running = at(status, "state", "running") !== undefined;
      const failed = (numberAt(status, "state", "terminated", "exitCode") ?? 0) !== 0;
      const unwell = restarts > 0 || failed || (running && at(status, "ready") === false);
      const container = textAt(status, "name");
      if (!unwell || container === undefined) return [];
      const { namespace = "", name } = pod.metadata;
      return [
        {
          namespace,
          pod: name,
          container,
          restarts,
          owner,
          current: running || failed || restarts > 0,
          previous: restarts > 0,
        },
      ];
    }),
  );
}

/**
 * Which logs are worth a call: of containers that ran and are not well now, the ones that crashed most first; for one
 * that was started again, the log from before the crash and its own.
 */
export function chooseLogs(objects: readonly KubernetesObject[]): WantedLog[] {
  const pods = objects.filter((object) => object.kind === "Pod" && object.metadata.deletionTimestamp === undefined);
  const candidates = pods.flatMap(candidatesOf).sort((left, right) => right.restarts - left.restarts);
  const alike = new Map<string, number>();
  const wanted: WantedLog[] = [];
  for (const { namespace, pod, container, owner, current, previous } of candidates) {
    const key = `${namespace}/${owner}/${container}`;
    const seen = alike.get(key) ?? 0;
    if (seen >= mostAlike) continue;
    alike.set(key, seen + 1);
    if (previous) wanted.push({ namespace, pod, container, previous: true });
    if (current) wanted.push({ namespace, pod, container, previous: false });
  }
  return wanted.slice(0, mostLogs);
}
