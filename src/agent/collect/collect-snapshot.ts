import { isKubeClawError } from "../../domain/errors.js";
import type { Scope } from "../../domain/investigation-request.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { type Redact, redactDeep } from "../../domain/redaction.js";
import type { LogTail, Snapshot } from "../../domain/snapshot.js";
import type { ReadCluster } from "../ports.js";
import { chooseLogs } from "./choose-logs.js";

/** What is read of a namespace. No Secrets, ever: an agent has no right to them. */
const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ["v1", "Pod"],
  ["apps/v1", "ReplicaSet"],
  ["apps/v1", "Deployment"],
  ["apps/v1", "StatefulSet"],
  ["apps/v1", "DaemonSet"],
  ["batch/v1", "Job"],
  ["v1", "Service"],
  ["v1", "ConfigMap"],
];
const tailLines = 200;

/** Drops what no rule reads and what is large. */
function slim(object: KubernetesObject): KubernetesObject {
  const { managedFields: _dropped, ...metadata } = object.metadata;
  const { "kubectl.kubernetes.io/last-applied-configuration": _applied, ...annotations } = metadata.annotations ?? {};
  return { ...object, metadata: { ...metadata, annotations } };
}

/**
 * Reads the scope once, redacted. What cannot be read makes the snapshot smaller and is said in its notes; it never
 * fails the run, unless nothing at all can be read.
 */
export async function collectSnapshot(deps: {
  cluster: ReadCluster;
  clusterName: string;
  scope: Scope;
  redact: Redact;
  now: () => Date;
}): Promise<Snapshot> {
  const { cluster, clusterName, scope, redact, now } = deps;
  const notes: string[] = [];
  const read = async (apiVersion: string, kind: string): Promise<KubernetesObject[] | null> => {
    try {
      return (await cluster.list(apiVersion, kind, scope.namespace)).map(slim);
    } catch (error) {
      if (!isKubeClawError(error, "forbidden", "not-found")) throw error;
      notes.push(`${kind}: ${error.message}`);
      return null;
    }
  };

  const [version, events, ...lists] = await Promise.all([
    cluster.version().catch(() => undefined),
    read("v1", "Event"),
    ...kinds.map(([apiVersion, kind]) => read(apiVersion, kind)),
  ]);
  const objects = lists.flatMap((list) => list ?? []);
  const readable = lists.filter((list) => list !== null).length;
  const wanted = chooseLogs(objects);
  const logs = await Promise.all(
    wanted.map(async (log): Promise<LogTail | null> => {
      try {
        const lines = await cluster.logs({ ...log, name: log.pod }, tailLines);
        return { ...log, lines: redact(lines.join("\n")).split("\n") };
      } catch (error) {
        if (!isKubeClawError(error)) throw error;
        notes.push(`log of ${log.pod}/${log.container}: ${error.message}`);
        return null;
      }
    }),
  );

  return {
    meta: {
      formatVersion: 1,
      now: now().toISOString(),
      cluster: { name: clusterName, ...(version === undefined ? {} : { version }) },
      scope: { namespaces: [scope.namespace] },
      sources: {
        objects: readable === kinds.length ? "full" : readable > 0 ? "partial" : "absent",
        events: events ? "full" : "absent",
        logs: "tail",
        metrics: "absent",
        alerts: "absent",
        probes: "absent",
        changes: "absent",
      },
      notes: notes.map(redact),
    },
    objects: redactDeep(objects, redact),
    events: redactDeep(events ?? [], redact),
    logs: logs.filter((log) => log !== null),
    warnings: notes.slice(0, 20).map(redact),
  };
}
