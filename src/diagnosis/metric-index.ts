import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { textAt } from "../domain/kubernetes-object.js";
import type { MetricSeries } from "../domain/snapshot.js";
import type { Grid } from "./find-trend.js";
import type { ScopeModel } from "./scope-model.js";
import { isCounter, type Point, pointsOf, rateBetween } from "./series-points.js";

/** One series on the common grid: a counter as what it grew in a second, NaN where nothing was measured. */
export interface LaidSeries {
  labels: Readonly<Record<string, string>>;
  values: readonly number[];
  /** The last value as it was recorded, before any rate was made of it. */
  last: number;
}

/** The series of a snapshot by name, on one grid. */
export interface MetricIndex {
  /** Undefined where nothing of late was measured. */
  grid: Grid | undefined;
  named(name: string): readonly LaidSeries[];
}

const longestSeconds = 3 * 3_600;
const mostBins = 96;
/** What ended longer ago than this says nothing of now. */
const stale = 3_600;

function gridOf(all: readonly (readonly Point[])[], now: number): Grid | undefined {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  const steps: number[] = [];
  for (const points of all) {
    const [first] = points[0] ?? [];
    const [last] = points.at(-1) ?? [];
    if (first === undefined || last === undefined) continue;
    from = Math.min(from, first);
    to = Math.max(to, last);
    if (points.length > 2) steps.push((last - first) / (points.length - 1));
  }
  if (!(to > from) || steps.length === 0 || now - to > stale || from > now) return undefined;
  to = Math.min(to, now + 60);
  from = Math.max(from, to - longestSeconds);
  steps.sort((left, right) => left - right);
  const step = steps[Math.floor(steps.length * 0.9)] ?? 60;
  const width = Math.max((to - from) / mostBins, Math.min(step * 1.001, (to - from) / 12), 1);
  return { from, width, bins: Math.max(1, Math.floor((to - from) / width) + 1) };
}

/** The mean of what was measured in each step; of a counter, of what it grew by until then. */
export function lay(points: readonly Point[], counter: boolean, { from, width, bins }: Grid): number[] {
  const sums = new Array<number>(bins).fill(0);
  const counts = new Uint32Array(bins);
  let before: Point | undefined;
  for (const point of points) {
    const last = before;
    before = point;
    const bin = Math.floor((point[0] - from) / width);
    if (bin < 0 || bin >= bins || (counter && last === undefined)) continue;
    sums[bin] = (sums[bin] ?? 0) + (counter && last !== undefined ? rateBetween(last, point) : point[1]);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  for (let bin = 0; bin < bins; bin += 1) {
    const count = counts[bin] ?? 0;
    sums[bin] = count === 0 ? Number.NaN : (sums[bin] ?? 0) / count;
  }
  return sums;
}

/** What a recorder may have written instead of the base unit that the name of a series tells. */
const baseUnits: Readonly<Record<string, number>> = {
  ms: 1e-3,
  milliseconds: 1e-3,
  millicores: 1e-3,
  percent: 1e-2,
  "%": 1e-2,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

function scaled(values: number[], unit: string | undefined): number[] {
  const factor = baseUnits[unit ?? ""];
  return factor === undefined ? values : values.map((value) => value * factor);
}

/** The same for the same labels, in whatever order they were written. */
function keyOfLabels(labels: Readonly<Record<string, string>>): string {
  return Object.values(labels).sort().join("\u0000");
}

function build(series: readonly MetricSeries[], now: number): MetricIndex {
  const byName = new Map<string, { entry: MetricSeries; points: readonly Point[] }[]>();
  const all: (readonly Point[])[] = [];
  for (const entry of series) {
    const points = pointsOf(entry);
    if (points.length === 0) continue;
    all.push(points);
    const same = byName.get(entry.name);
    if (same) same.push({ entry, points });
    else byName.set(entry.name, [{ entry, points }]);
  }
  const grid = gridOf(all, now);
  const laid = new Map<string, readonly LaidSeries[]>();
  return {
    grid,
    named(name) {
      const known = laid.get(name);
      if (known) return known;
      if (!grid) return [];
      const made = (byName.get(name) ?? []).map(({ entry, points }) => ({
        key: keyOfLabels(entry.labels),
        labels: entry.labels,
        values: scaled(lay(points, isCounter(entry, points), grid), entry.unit),
        last: (points.at(-1)?.[1] ?? Number.NaN) * (baseUnits[entry.unit ?? ""] ?? 1),
      }));
      // Sums must not depend on the order in which series were recorded.
      made.sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : left.last - right.last));
      laid.set(name, made);
      return made;
    },
  };
}

const known = new WeakMap<ScopeModel, MetricIndex>();

/** The series of a model, indexed at the first question. */
export function metricsOf(model: ScopeModel): MetricIndex {
  const found = known.get(model);
  if (found) return found;
  const made = build(model.snapshot.metrics ?? [], model.now.getTime() / 1_000);
  known.set(model, made);
  return made;
}

const gap = 4;

/** Fills short gaps with what was measured before them. */
function carried(values: readonly number[]): readonly number[] {
  const end = values.findLastIndex((value) => Number.isFinite(value));
  const filled = values.slice();
  let last = Number.NaN;
  let missing = 0;
  for (let bin = 0; bin < end; bin += 1) {
    const value = filled[bin] ?? Number.NaN;
    if (Number.isFinite(value)) {
      last = value;
      missing = 0;
    } else if ((missing += 1) <= gap) filled[bin] = last;
  }
  return filled;
}

/** Several series as one: their sum, mean or largest value at each step. */
export function combine(all: readonly (readonly number[])[], mode: "sum" | "mean" | "max"): number[] {
  const [first] = all;
  if (!first) return [];
  const result = new Array<number>(first.length).fill(Number.NaN);
  const counts = new Uint32Array(first.length);
  for (const values of all) {
    const filled = carried(values);
    for (let bin = 0; bin < result.length; bin += 1) {
      const value = filled[bin] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const known = counts[bin] === 0 ? undefined : result[bin];
      result[bin] = known === undefined ? value : mode === "max" ? Math.max(known, value) : known + value;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return mode === "mean" ? result.map((value, bin) => value / (counts[bin] ?? 1)) : result;
}

/** One series in parts of another, step by step. */
export function ratioOf(parts: readonly number[], whole: readonly number[]): number[] {
  return parts.map((part, bin) => {
    const all = whole[bin] ?? Number.NaN;
    return all > 0 ? part / all : Number.NaN;
  });
}

/** The first of some labels that a series has. */
export function labelOf(labels: Readonly<Record<string, string>>, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = labels[name];
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

export const podLabels = ["pod", "pod_name", "kubernetes_pod_name", "exported_pod"] as const;

export const namespaceLabels = [
  "namespace",
  "exported_namespace",
  "kubernetes_namespace",
  "destination_workload_namespace",
] as const;

export function namespaceOf(model: ScopeModel, labels: Readonly<Record<string, string>>): string | undefined {
  const named = labelOf(labels, ...namespaceLabels);
  const { namespaces } = model.snapshot.meta.scope;
  return named ?? (namespaces.length === 1 ? namespaces[0] : undefined);
}

/** The pod that a series names, where the snapshot has it. */
export function podOfSeries(model: ScopeModel, labels: Readonly<Record<string, string>>): KubernetesObject | undefined {
  const name = labelOf(labels, ...podLabels);
  return name === undefined ? undefined : model.find("Pod", namespaceOf(model, labels), name);
}

/** The node that a series is about: by its label, by its address, by the pod that measured it. */
export function nodeOfSeries(model: ScopeModel, labels: Readonly<Record<string, string>>): string | undefined {
  const named = labelOf(labels, "node", "nodename", "kubernetes_node", "exported_node", "kubernetes_io_hostname");
  if (named !== undefined) return named;
  const instance = labelOf(labels, "instance", "host", "hostname")?.replace(/:\d{1,5}$/, "");
  if (instance !== undefined) {
    if (model.find("Node", undefined, instance)) return instance;
    const byAddress = addressesOf(model).get(instance);
    if (byAddress !== undefined) return byAddress;
  }
  return textAt(podOfSeries(model, labels), "spec", "nodeName") ?? instance;
}

const addresses = new WeakMap<ScopeModel, Map<string, string>>();

function addressesOf(model: ScopeModel): Map<string, string> {
  const found = addresses.get(model);
  if (found) return found;
  const made = new Map<string, string>();
  for (const node of model.list("Node")) {
    const list = (node["status"] as { addresses?: unknown } | undefined)?.addresses;
    for (const entry of Array.isArray(list) ? (list as unknown[]) : []) {
      const address = textAt(entry, "address");
      if (address !== undefined) made.set(address, node.metadata.name);
    }
  }
  addresses.set(model, made);
  return made;
}
