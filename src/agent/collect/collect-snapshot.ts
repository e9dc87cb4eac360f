import { isKubeClawError, KubeClawError } from "../../domain/errors.js";
import type { Scope } from "../../domain/investigation-request.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import { type Redact, redactDeep } from "../../domain/redaction.js";
import type { LogTail, Snapshot, SnapshotAlert } from "../../domain/snapshot.js";
import type { ReadCluster } from "../ports.js";
import { chooseLogs, type WantedLog } from "./choose-logs.js";
import { clusterKinds, namespacedKinds } from "./kinds.js";
import { redactSecret } from "./redact-secret.js";

/** Lines of a log. */
const wholeTail = 200;
const shortTail = 60;

/** Drops what no rule reads and what is large. */
function slim(object: KubernetesObject): KubernetesObject {
  const { managedFields: _dropped, ...metadata } = object.metadata;
  // Of an Ingress it tells where its paths led before.
  if (object.kind === "Ingress") return { ...object, metadata };
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

/** What of a source was read, from its parts. */
function stateOf<S>(parts: readonly unknown[], whole: S): S | "partial" | "absent" {
  const read = parts.filter((part) => part !== null).length;
  return read === parts.length ? whole : read === 0 ? "absent" : "partial";
}

/** Refuses a namespace without a single object: every real one is given an account and a certificate when it is made. */
function refuseNothing(namespace: string, lists: readonly (readonly KubernetesObject[] | null)[]): void {
  if (lists.every((list) => list?.length === 0))
    throw new KubeClawError("bad-input", `there is nothing in namespace ${namespace}; is there one of that name?`);
}

/** One log; undefined where there is none, null where it cannot be read. */
async function readLog(deps: Deps, log: WantedLog, notes: string[]): Promise<LogTail | undefined | null> {
  try {
    const { well, ...of } = log;
    const lines = await deps.cluster.logs({ ...of, name: log.pod }, well ? shortTail : wholeTail);
    return { ...of, lines: deps.redact(lines.join("\n")).split("\n") };
  } catch (error) {
    if (!isKubeClawError(error)) throw error;
    if (log.well) return undefined;
    const which = log.previous ? " (previous)" : "";
    notes.push(`log of ${log.pod}/${log.container}${which}: ${error.message}`);
    return ["not-found", "bad-input"].includes(error.code) ? undefined : null;
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
  const kinds: Record<string, "none" | "partial" | "absent"> = {};
  const refusals: KubeClawError[] = [];
  const read = async (
    apiVersion: string,
    kind: string,
    namespace: string | null,
  ): Promise<KubernetesObject[] | null> => {
    try {
      const { objects, cut } = await cluster.list(apiVersion, kind, namespace);
      if (cut) {
        kinds[kind] = "partial";
        notes.push(`${kind}: only the first ${objects.length} were read`);
      } else if (objects.length === 0) kinds[kind] = "none";
      return objects.map(slim);
    } catch (error) {
      if (!isKubeClawError(error)) throw error;
      kinds[kind] = "absent";
      notes.push(`${kind}: ${error.message}`);
      refusals.push(error);
      return null;
    }
  };

  const [version, events, secretObjects, ofNamespace, ofCluster] = await Promise.all([
    cluster.version().catch(() => undefined),
    read("v1", "Event", scope.namespace),
    secrets ? read("v1", "Secret", scope.namespace) : Promise.resolve(null),
    Promise.all(namespacedKinds.map(([apiVersion, kind]) => read(apiVersion, kind, scope.namespace))),
    Promise.all(clusterKinds.map(([apiVersion, kind]) => read(apiVersion, kind, null))),
  ]);
  const lists = [...ofNamespace, ...ofCluster];
  const objects = lists.flatMap((list) => list ?? []);
  const refusal = refusals.find(({ code, retryable }) => retryable || code === "unauthenticated");
  if (refusal && lists.every((list) => list === null)) throw refusal;
  refuseNothing(scope.namespace, ofNamespace);
  const logs = await Promise.all(chooseLogs(objects, scope.object?.name).map((log) => readLog(deps, log, notes)));
  notes.sort();
  const { Event: eventState = "none", ...others } = kinds;
  const unread = Object.values(others).filter((state) => state !== "none");

  return {
    meta: {
      formatVersion: 1,
      now: now().toISOString(),
      cluster: { name: clusterName, ...(version === undefined ? {} : { version }) },
      scope: { namespaces: [scope.namespace] },
      sources: {
        objects: stateOf(ofNamespace, unread.length === 0 ? "full" : "partial"),
        events: eventState === "none" ? "full" : eventState,
        // Without the pods nobody knows which logs there are.
        logs: kinds["Pod"] === "absent" ? "absent" : stateOf(logs, "tail"),
        metrics: "absent",
        alerts: alert === null ? "absent" : "partial",
        probes: "absent",
        changes: "absent",
      },
      ...(Object.keys(others).length === 0 ? {} : { kinds: others }),
      notes: notes.map(redact),
    },
    objects: [...redactDeep(objects, redact), ...(secretObjects ?? []).map((secret) => redactSecret(secret, redact))],
    events: redactDeep(events ?? [], redact),
    logs: logs.filter((log) => log !== null && log !== undefined),
    ...(alert === null ? {} : { alerts: [alert] }),
    warnings: notes.slice(0, 20).map(redact),
  };
}
