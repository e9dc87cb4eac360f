import { z } from "zod";
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
  notes: z.array(z.string()).default([]),
});
export type SnapshotMeta = z.infer<typeof SnapshotMeta>;

/** The tail of one container's log, oldest line first. */
export interface LogTail {
  namespace: string;
  pod: string;
  container: string;
  previous: boolean;
  lines: readonly string[];
}

/** What an investigation saw; every later step works on this shape alone. */
export interface Snapshot {
  meta: SnapshotMeta;
  /** Every object but events. */
  objects: readonly KubernetesObject[];
  events: readonly KubernetesObject[];
  logs: readonly LogTail[];
  /** Parts that could not be read, by name of file or source. */
  warnings: readonly string[];
}
