import type { MetricSeries, Snapshot } from "../../domain/snapshot.js";
import { findTrend } from "../find-trend.js";
import { lay, metricsOf } from "../metric-index.js";
import { isCounter, type Point, pointsOf, rateBetween } from "../series-points.js";
import type { ScopeModel } from "../scope-model.js";
import { scopedModel } from "./scoped-model.js";

/** Series that are looked at, of which the ones that changed most are shown. */
const mostRead = 500;
const mostNames = 100;

const short = (value: number): string => String(Number(value.toPrecision(4)));
const time = (seconds: number): string =>
  Math.abs(seconds) < 8.64e12 ? new Date(seconds * 1_000).toISOString() : "an unknown time";

/** How a series went since it departed from its usual level. */
function trendOf(model: ScopeModel, points: readonly Point[], counter: boolean): { says: string; score: number } {
  const { grid } = metricsOf(model);
  const trend = grid && findTrend(lay(points, counter, grid), grid);
  if (!trend) return { says: "too short or too old for a trend", score: 0 };
  if (trend.since === undefined) return { says: `no lasting change from ${short(trend.before)}`, score: 0 };
  const way = trend.now > trend.before ? "up" : "down";
  const how = trend.shape === "ramp" ? "slowly" : "at once";
  return {
    says: `${how} ${way} from ${short(trend.before)} to ${short(trend.now)} since ${time(trend.since)}${trend.goesOn ? "" : ", then nothing was measured"}`,
    score: Math.abs(trend.score),
  };
}

function describeSeries(model: ScopeModel, series: MetricSeries): { line: string; score: number } {
  const points = pointsOf(series);
  const labels = Object.entries(series.labels).map(([name, value]) => `${name}=${value}`);
  const unit = series.unit === undefined ? "" : ` ${series.unit}`;
  const head = `${series.name}{${labels.sort().join(",")}}`;
  const counter = isCounter(series, points);
  const values = counter
    ? points.slice(1).map((point, index) => rateBetween(points[index] ?? point, point))
    : points.map(([, value]) => value);
  const [begin, end] = [points[0], points.at(-1)];
  const [first, last] = [values[0], values.at(-1)];
  if (!begin || !end || first === undefined || last === undefined)
    return { line: `${head}: ${points.length} points, nothing to compare`, score: 0 };
  let [min, max] = [first, first];
  for (const value of values) [min, max] = [Math.min(min, value), Math.max(max, value)];
  const { says, score } = trendOf(model, points, counter);
  return {
    line: `${head}${unit}${counter ? ", growth in a second" : ""}: first ${short(first)}, last ${short(last)}, min ${short(min)}, max ${short(max)}; ${says} (${points.length} points, ${time(begin[0])} to ${time(end[0])})`,
    score,
  };
}

/** Names of what was measured, with how many series each has. */
function listNames(all: readonly MetricSeries[]): string[] {
  const counts = new Map<string, number>();
  for (const { name } of all) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    ...names.slice(0, mostNames).map(([name, count]) => `${name}: ${count} series`),
    ...(names.length > mostNames ? [`${names.length - mostNames} more names are left out`] : []),
  ];
}

/**
 * The series of a name and labels, each in one line, the ones that changed most first; without a name, the names that
 * there are. Null where no metrics were read.
 */
export function summarizeSeries(
  snapshot: Snapshot,
  namespace: string,
  { name, labels, most }: { name?: string | undefined; labels: Readonly<Record<string, string>>; most: number },
): string[] | null {
  const model = scopedModel(snapshot, namespace);
  const all = model.snapshot.metrics ?? [];
  if (all.length === 0) return null;
  if (name === undefined) return listNames(all);
  const wanted = Object.entries(labels);
  const picked = all.filter(
    (series) =>
      series.name === name &&
      wanted.every(([label, value]) => Object.hasOwn(series.labels, label) && series.labels[label] === value),
  );
  const shown = picked
    .slice(0, mostRead)
    .map((series) => describeSeries(model, series))
    .sort((left, right) => right.score - left.score || (left.line < right.line ? -1 : 1))
    .slice(0, most);
  const rest = picked.length - shown.length;
  return [...shown.map(({ line }) => line), ...(rest > 0 ? [`${rest} more are left out; ask with labels`] : [])];
}
