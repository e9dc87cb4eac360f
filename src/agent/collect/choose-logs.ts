import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";

export interface WantedLog {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  /** Looks well: a little of it is enough, and nobody misses it. */
  well: boolean;
}

/** Reads of logs in one investigation, and pods of one workload that are worth one: the others say the same. */
const mostLogs = 16;
const mostAlike = 2;
/** Workloads that look well, and of whose log a little is read: a program may be ready and its log full of refusals. */
const mostWell = 6;

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

/** The first container of one ready pod of each workload that is not among the candidates; what was named comes first. */
function wellOf(
  pods: readonly KubernetesObject[],
  unwell: ReadonlySet<string>,
  named: string | undefined,
): WantedLog[] {
  const seen = new Set(unwell);
  const isNamed = ({ metadata }: KubernetesObject) =>
    named !== undefined && (metadata.name === named || metadata.name.startsWith(`${named}-`));
  return [...pods]
    .sort((left, right) => Number(isNamed(right)) - Number(isNamed(left)))
    .flatMap((pod): WantedLog[] => {
      const { namespace = "", name, ownerReferences } = pod.metadata;
      const owner = `${namespace}/${ownerReferences?.[0]?.name ?? name}`;
      const [first] = listAt(pod, "status", "containerStatuses");
      const container = textAt(first, "name");
      const runs = at(first, "ready") === true && at(first, "state", "running") !== undefined;
      if (container === undefined || !runs || seen.has(owner)) return [];
      seen.add(owner);
      return [{ namespace, pod: name, container, previous: false, well: !isNamed(pod) }];
    })
    .slice(0, mostWell);
}

/**
 * Which logs are worth a call: of containers that ran and are not well now, the ones that crashed most first (for one
 * that was started again, the log from before the crash and its own), then a little of a few that look well.
 * @param named the object that was asked about.
 */
export function chooseLogs(objects: readonly KubernetesObject[], named?: string): WantedLog[] {
  const pods = objects.filter((object) => object.kind === "Pod" && object.metadata.deletionTimestamp === undefined);
  const candidates = pods.flatMap(candidatesOf).sort((left, right) => right.restarts - left.restarts);
  const alike = new Map<string, number>();
  const wanted: WantedLog[] = [];
  for (const { namespace, pod, container, owner, current, previous } of candidates) {
    const key = `${namespace}/${owner}/${container}`;
    const seen = alike.get(key) ?? 0;
    if (seen >= mostAlike) continue;
    alike.set(key, seen + 1);
    const log = { namespace, pod, container, well: false };
    if (previous) wanted.push({ ...log, previous: true });
    if (current) wanted.push({ ...log, previous: false });
  }
  const unwell = new Set(candidates.map(({ namespace, owner }) => `${namespace}/${owner}`));
  return [...wanted.slice(0, mostLogs), ...wellOf(pods, unwell, named)];
}
