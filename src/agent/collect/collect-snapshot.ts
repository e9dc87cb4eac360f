import { isKubeClawError, type KubeClawError } from "../../domain/errors.js";
import type { Scope } from "../../domain/investigation-request.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { type Redact, redactDeep } from "../../domain/redaction.js";
import type { LogTail, Snapshot, SnapshotAlert } from "../../domain/snapshot.js";
import type { ReadCluster } from "../ports.js";
import { chooseLogs, type WantedLog } from "./choose-logs.js";
import { clusterKinds, namespacedKinds } from "./kinds.js";
import { redactSecret } from "./redact-secret.js";

const tailLines = 200;
const podIndex = namespacedKinds.findIndex(([, kind]) => kind === "Pod");

/** Drops what no rule reads and what is large. */
function slim(object: KubernetesObject): KubernetesObject {
  const { managedFields: _dropped, ...metadata } = object.metadata;
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}

interface Deps {
  cluster: ReadCluster;
  clusterName: string;
  scope: Scope;
  redact: Redact;
  now: () => Date;
  /** Why somebody looks: the alert, and what it names. */
  alert?: SnapshotAlert | null;
}

async function readLog(deps: Deps, log: WantedLog, notes: string[]): Promise<LogTail | null> {
  try {
    const lines = await deps.cluster.logs({ ...log, name: log.pod }, tailLines);
    return { ...log, lines: deps.redact(lines.join("\n")).split("\n") };
  } catch (error) {
    if (!isKubeClawError(error)) throw error;
    const which = log.previous ? " (previous)" : "";
    notes.push(`log of ${log.pod}/${log.container}${which}: ${error.message}`);
    return null;
  }
}

/**
 * Reads the scope once, redacted. What cannot be read makes the snapshot smaller and is said in its notes; it never
 * fails the run, unless nothing at all can be read.
 * @param deps.secrets names and keys of Secrets, too, under a person's rights; never for an agent.
 */
export async function collectSnapshot(deps: Deps & { secrets?: boolean }): Promise<Snapshot> {
  const { cluster, clusterName, scope, redact, now, alert = null, secrets = false } = deps;
  const notes: string[] = [];
  const away: KubeClawError[] = [];
  const read = async (
    apiVersion: string,
    kind: string,
    namespace: string | null,
  ): Promise<KubernetesObject[] | null> => {
    try {
      const { objects, cut } = await cluster.list(apiVersion, kind, namespace);
      if (cut) notes.push(`${kind}: only the first ${objects.length} were read`);
      return objects.map(slim);
    } catch (error) {
      if (!isKubeClawError(error)) throw error;
      notes.push(`${kind}: ${error.message}`);
      if (error.retryable) away.push(error);
      return null;
    }
  };

  const [version, events, secretObjects, ...lists] = await Promise.all([
    cluster.version().catch(() => undefined),
    read("v1", "Event", scope.namespace),
    secrets ? read("v1", "Secret", scope.namespace) : Promise.resolve(null),
    ...namespacedKinds.map(([apiVersion, kind]) => read(apiVersion, kind, scope.namespace)),
    ...clusterKinds.map(([apiVersion, kind]) => read(apiVersion, kind, null)),
  ]);
  const objects = lists.flatMap((list) => list ?? []);
  const readable = lists.filter((list) => list !== null).length;
  if (readable === 0 && away[0]) throw away[0];
  const logs = await Promise.all(chooseLogs(objects).map((log) => readLog(deps, log, notes)));
  notes.sort();

  return {
    meta: {
      formatVersion: 1,
      now: now().toISOString(),
      cluster: { name: clusterName, ...(version === undefined ? {} : { version }) },
      scope: { namespaces: [scope.namespace] },
      sources: {
        // Without the pods nobody can say that nothing fails, whatever else was read.
        objects: lists[podIndex] === null ? "absent" : readable === lists.length ? "full" : "partial",
        events: events ? "full" : "absent",
        logs: "tail",
        metrics: "absent",
        alerts: alert === null ? "absent" : "partial",
        probes: "absent",
        changes: "absent",
      },
      notes: notes.map(redact),
    },
    objects: [...redactDeep(objects, redact), ...(secretObjects ?? []).map((secret) => redactSecret(secret, redact))],
    events: redactDeep(events ?? [], redact),
    logs: logs.filter((log) => log !== null),
    ...(alert === null ? {} : { alerts: [alert] }),
    warnings: notes.slice(0, 20).map(redact),
  };
}
