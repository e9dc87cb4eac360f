import * as z from "zod";
import type { KubernetesObject } from "./kubernetes-object.js";

const SourceState = z.enum(["full", "partial", "tail", "absent"]);

/** `meta.json` of a snapshot, format version 1. */
export const SnapshotMeta = z.looseObject({
  formatVersion: z.literal(1, { error: "expected format version 1" }),
  now: z.string(),
  cluster: z.looseObject({ name: z.string(), version: z.string().optional() }),
  scope: z.looseObject({ namespaces: z.array(z.string()) }),
  sources: z.looseObject({
    objects: SourceState.default("absent"),
    events: SourceState.default("absent"),
    logs: SourceState.default("absent"),
    metrics: SourceState.default("absent"),
    alerts: SourceState.default("absent"),
    probes: SourceState.default("absent"),
    changes: SourceState.default("absent"),
  }),
  /**
   * Kinds of objects that were not read in full, and kinds that were and of which there is none; of those that are not
   * named, `sources.objects` tells.
   */
  kinds: z.record(z.string().max(63), z.enum(["none", "partial", "absent"])).optional(),
  notes: z.array(z.string()).default([]),
});
export type SnapshotMeta = z.infer<typeof SnapshotMeta>;

/** The kinds of which nothing, or not everything, was read, with how much. */
export function unreadKinds({ kinds = {} }: SnapshotMeta): Record<string, "partial" | "absent"> {
  const unread = Object.entries(kinds).filter((entry): entry is [string, "partial" | "absent"] => entry[1] !== "none");
  return Object.fromEntries(unread);
}

/** The tail of one container's log, oldest line first. */
export interface LogTail {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  lines: readonly string[];
}

/** One series of `metrics.json`, by Prometheus' own names where they exist. */
export const MetricSeries = z.looseObject({
  name: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
  unit: z.string().optional(),
  points: z.array(z.tuple([z.number(), z.number()])).default([]),
});
export type MetricSeries = z.infer<typeof MetricSeries>;

/** A field that may be there: of a wrong type, it counts as missing, and the entry stays. */
const optional = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** What a probe or a change names: a part of a reference to an object. */
const About = z.looseObject({
  kind: optional(z.string()),
  namespace: optional(z.string()),
  name: optional(z.string()),
});

/** One alert of `alerts.json`: why somebody looked. */
export const SnapshotAlert = z.looseObject({
  name: z.string(),
  state: z.string().default("firing"),
  startsAt: optional(z.string()),
  endsAt: optional(z.string()),
  labels: z.record(z.string(), z.string()).default({}),
});
export type SnapshotAlert = z.infer<typeof SnapshotAlert>;

/** One answer of `probes.json`: what was tried from inside the cluster, and what came of it. */
export const ProbeResult = z.looseObject({
  kind: z.string(),
  from: optional(About),
  target: z.string(),
  ok: z.boolean(),
  message: z.string().default(""),
});
export type ProbeResult = z.infer<typeof ProbeResult>;

/** One entry of `changes.json`: a change that no object shows. */
export const SnapshotChange = z.looseObject({
  at: z.string(),
  kind: z.string(),
  object: optional(About),
  summary: z.string(),
  from: optional(z.string()),
  to: optional(z.string()),
  reference: optional(z.string()),
});
export type SnapshotChange = z.infer<typeof SnapshotChange>;

/** What an investigation saw; every later step works on this shape alone. */
export interface Snapshot {
  meta: SnapshotMeta;
  /** Every object but events. */
  objects: readonly KubernetesObject[];
  events: readonly KubernetesObject[];
  logs: readonly LogTail[];
  /** The optional parts: undefined where the snapshot has none. */
  metrics?: readonly MetricSeries[];
  alerts?: readonly SnapshotAlert[];
  probes?: readonly ProbeResult[];
  changes?: readonly SnapshotChange[];
  /** Parts that could not be read, by name of file or source. */
  warnings: readonly string[];
}
