import type { MetricSeries } from "../domain/snapshot.js";

export type Point = readonly [seconds: number, value: number];

/** Units in which no counter is kept: a recording whose `_total` has one of them holds rates already. */
const rateUnit = /\/\s?s(?:ec(?:ond)?)?$|per[ _-]?second|^(?:milli)?cores?$|^percent$|^%$|^ratio$|^bps$|^pps$/i;
const mostPoints = 20_000;

function isClean(points: readonly Point[]): boolean {
  let before = Number.NEGATIVE_INFINITY;
  for (const [time, value] of points) {
    if (!(time > before) || !Number.isFinite(time) || !Number.isFinite(value)) return false;
    before = time;
  }
  return points.length <= mostPoints;
}

/** The points of a series by time, one for each moment; what is no number is left out. */
export function pointsOf({ points: all }: MetricSeries): readonly Point[] {
  if (isClean(all)) return all;
  const byTime = new Map<number, number>();
  // Of two values at one moment the larger one stays, whichever came first.
  for (const [time, value] of all)
    if (Number.isFinite(time) && Number.isFinite(value))
      byTime.set(time, Math.max(value, byTime.get(time) ?? Number.NEGATIVE_INFINITY));
  return [...byTime].sort(([left], [right]) => left - right).slice(-mostPoints);
}

/** Is this a counter? A name ending in `_total` is one, unless its values show that somebody made a rate of it. */
export function isCounter({ name, unit }: MetricSeries, points: readonly Point[]): boolean {
  if (!/_(?:total|count|seconds_sum|RetransSegs|OutSegs)$/.test(name) || (unit !== undefined && rateUnit.test(unit)))
    return false;
  let falls = 0;
  for (let index = 1; index < points.length; index += 1)
    if ((points[index]?.[1] ?? 0) < (points[index - 1]?.[1] ?? 0)) falls += 1;
  return falls <= Math.max(3, points.length * 0.08);
}

/** How much a counter grew in each second between two points; one that starts anew counts from zero. */
export function rateBetween([before, from]: Point, [time, to]: Point): number {
  return (to >= from ? to - from : to) / (time - before);
}
