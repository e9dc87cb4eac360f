import * as z from "zod";
import { errorMessage, KubeClawError } from "../../domain/errors.js";
import { KubernetesObject } from "../../domain/kubernetes-object.js";
import { parseInput } from "../../domain/parse-input.js";
import {
  type LogTail,
  MetricSeries,
  ProbeResult,
  type Snapshot,
  SnapshotAlert,
  SnapshotChange,
  SnapshotMeta,
} from "../../domain/snapshot.js";
import { openSnapshotFiles, type SnapshotFiles } from "./snapshot-files.js";

const List = z.looseObject({
  apiVersion: z.string().default("v1"),
  kind: z.string().default("List"),
  items: z.array(z.unknown()),
});
const mostLines = 20_000;

interface Reading {
  files: SnapshotFiles;
  warnings: string[];
}

/** The JSON of one file; a bad one is named in the warnings. */
function json({ files, warnings }: Reading, name: string): unknown {
  try {
    return JSON.parse(files.get(name)?.() ?? "null") as unknown;
  } catch {
    warnings.push(`${name}: no JSON`);
    return null;
  }
}

function readMeta(files: SnapshotFiles, path: string): SnapshotMeta {
  const text = files.get("meta.json");
  if (!text) throw new KubeClawError("bad-input", `${path}: no meta.json; expected a snapshot of format version 1`);
  let value: unknown;
  try {
    value = JSON.parse(text());
  } catch {
    throw new KubeClawError("bad-input", `${path}: meta.json: no JSON; expected a snapshot of format version 1`);
  }
  const meta = parseInput(SnapshotMeta, value, `${path}: meta.json`);
  if (Number.isNaN(Date.parse(meta.now)))
    throw new KubeClawError("bad-input", `${path}: meta.json: now: expected a time such as 2026-04-02T10:15:00Z`);
  return meta;
}

/** Items of a typed list (`PodList`) carry no kind of their own. */
function withKind(item: unknown, list: { apiVersion: string; kind: string }): unknown {
  if (item === null || typeof item !== "object" || list.kind === "List" || !list.kind.endsWith("List")) return item;
  return { apiVersion: list.apiVersion, kind: list.kind.slice(0, -"List".length), ...item };
}

function itemsOf(value: unknown): unknown[] | null {
  const list = List.safeParse(value);
  if (list.success) return list.data.items.map((item) => withKind(item, list.data));
  return Array.isArray(value) ? (value as unknown[]) : null;
}

/** Null where Kubernetes would leave a field out: some recorders write it. */
function withoutNulls(item: unknown): unknown {
  if (item === null || typeof item !== "object") return item;
  const { metadata } = item as { metadata?: unknown };
  if (metadata === null || typeof metadata !== "object") return item;
  return { ...item, metadata: Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null)) };
}

function newer(left: KubernetesObject, right: KubernetesObject): KubernetesObject {
  const version = ({ metadata }: KubernetesObject) => Number(metadata.resourceVersion ?? 0) || 0;
  return version(right) >= version(left) ? right : left;
}

function readObjects(reading: Reading): { objects: KubernetesObject[]; events: KubernetesObject[] } {
  const found = new Map<string, KubernetesObject>();
  const names = [...reading.files.keys()].filter((name) => /^objects\/.*\.json$/.test(name)).sort();
  for (const name of names) {
    const value = json(reading, name);
    if (value === null) continue;
    const items = itemsOf(value) ?? [value];
    let bad = 0;
    for (const item of items) {
      const parsed = KubernetesObject.safeParse(withoutNulls(item));
      if (!parsed.success || parsed.data.metadata.name === "") {
        bad += 1;
        continue;
      }
      const { apiVersion, kind, metadata } = parsed.data;
      // Two groups may have one kind (events do); two versions of one group are one object.
      const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
      const key = `${group ?? ""} ${kind} ${metadata.namespace ?? ""} ${metadata.name}`;
      const known = found.get(key);
      found.set(key, known ? newer(known, parsed.data) : parsed.data);
    }
    if (bad > 0) reading.warnings.push(`${name}: ${bad} of ${items.length} entries are no Kubernetes objects`);
  }
  const all = [...found.values()];
  return { objects: all.filter(({ kind }) => kind !== "Event"), events: all.filter(({ kind }) => kind === "Event") };
}

function readLogs(reading: Reading): LogTail[] {
  const logs: LogTail[] = [];
  for (const [name, read] of reading.files) {
    const match = /^logs\/([^/]+)\/([^/]+)\/([^/]+?)(\.previous)?\.log$/.exec(name);
    if (!match) continue;
    const [, namespace = "", pod = "", container = "", previous] = match;
    try {
      const lines = read().split("\n");
      if (lines.at(-1) === "") lines.pop();
      logs.push({ namespace, pod, container, previous: previous !== undefined, lines: lines.slice(-mostLines) });
    } catch (error) {
      reading.warnings.push(`${name}: ${errorMessage(error)}`);
    }
  }
  return logs;
}

/** The entries of an optional file that fit its schema; undefined where the file is not there. */
function readEntries<T>(reading: Reading, name: string, schema: z.ZodType<T>, field?: string): T[] | undefined {
  if (!reading.files.has(name)) return undefined;
  const value = json(reading, name);
  const list =
    field !== undefined && value !== null && typeof value === "object"
      ? (value as Record<string, unknown>)[field]
      : value;
  if (!Array.isArray(list)) {
    if (value !== null) reading.warnings.push(`${name}: no list`);
    return undefined;
  }
  const parsed = list.map((entry) => schema.safeParse(entry));
  const bad = parsed.filter(({ success }) => !success).length;
  if (bad > 0) reading.warnings.push(`${name}: ${bad} of ${list.length} entries are malformed`);
  return parsed.flatMap(({ data }) => (data === undefined ? [] : [data]));
}

/**
 * Reads a snapshot from disk, a directory or one `.tar.gz`. What is bad in it makes it smaller and is named in its
 * warnings.
 * @throws KubeClawError `bad-input` where there is no `meta.json` of a known version.
 */
export function readSnapshot(path: string): Snapshot {
  const files = openSnapshotFiles(path);
  const reading: Reading = { files, warnings: [] };
  const meta = readMeta(files, path);
  const { objects, events } = readObjects(reading);
  const metrics = readEntries(reading, "metrics.json", MetricSeries, "series");
  const alerts = readEntries(reading, "alerts.json", SnapshotAlert);
  const probes = readEntries(reading, "probes.json", ProbeResult);
  const changes = readEntries(reading, "changes.json", SnapshotChange);
  return {
    meta,
    objects,
    events,
    logs: readLogs(reading),
    ...(metrics ? { metrics } : {}),
    ...(alerts ? { alerts } : {}),
    ...(probes ? { probes } : {}),
    ...(changes ? { changes } : {}),
    warnings: reading.warnings,
  };
}
