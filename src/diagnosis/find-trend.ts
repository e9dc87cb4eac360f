/** Equal steps of time that all series of a snapshot are laid on; seconds since 1970. */
export interface Grid {
  from: number;
  width: number;
  bins: number;
}

/** How a signal is now, against the time before it departed from its usual level. */
export interface Trend {
  /** The usual level: the middle of what was measured before the departure, or of all where there is none. */
  before: number;
  /** The level at the end of the recording. */
  now: number;
  peak: number;
  /** The level now, in usual deviations from the usual level; negative where it fell. */
  score: number;
  /** When it departed, in seconds; undefined where it did not, or came back. */
  since: number | undefined;
  shape: "flat" | "step" | "ramp";
  /** False where nothing was measured at the end of the recording. */
  goesOn: boolean;
}

const fewest = 6;

function middle(values: Float64Array): number {
  const half = values.length >> 1;
  const upper = values[half] ?? 0;
  return values.length % 2 === 1 ? upper : (upper + (values[half - 1] ?? upper)) / 2;
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function median(values: readonly number[]): number {
  return middle(sorted(values));
}

/**
 * Median and a robust deviation: wide enough for a signal that has its hills, and never so small that the last digit of a
 * quiet one counts as a change.
 */
function levelOf(values: readonly number[]): { level: number; spread: number } {
  const ordered = sorted(values);
  const level = middle(ordered);
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - level)));
  const edge = Math.floor(ordered.length * 0.1);
  const hills = Math.max((ordered.at(-1 - edge) ?? level) - level, level - (ordered[edge] ?? level)) / 1.6;
  return { level, spread: Math.max(deviation, hills, Math.abs(level) * 0.03, 1e-9) };
}

/** Where the departure that lasts until now began, as an index; undefined where there is none. */
function departureOf(values: readonly number[], before: number, spread: number, now: number): number | undefined {
  const delta = now - before;
  const far = Math.min(Math.max(3 * spread, Math.abs(delta) * 0.12), Math.abs(delta) * 0.5);
  let start: number | undefined;
  let calm = 0;
  for (let at = values.length - 1; at >= 0 && calm < 3; at -= 1) {
    const away = ((values[at] ?? before) - before) * Math.sign(delta) > far;
    if (away) {
      start = at;
      calm = 0;
    } else calm += 1;
  }
  return start;
}

/** Finds how the values of a grid, NaN where nothing was measured, changed for good. Undefined for too few values. */
export function findTrend(values: readonly number[], grid: Grid): Trend | undefined {
  const bins: number[] = [];
  const found: number[] = [];
  let peak = Number.NEGATIVE_INFINITY;
  for (let bin = 0; bin < values.length; bin += 1) {
    const value = values[bin] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    bins.push(bin);
    found.push(value);
    peak = Math.max(peak, value);
  }
  if (found.length < fewest) return undefined;
  const now = median(found.slice(-Math.max(3, Math.round(found.length * 0.08))));
  const goesOn = (bins.at(-1) ?? 0) >= grid.bins - 1 - Math.max(2, grid.bins * 0.08);
  const first = found.slice(0, Math.max(4, Math.floor(found.length / 3)));
  let { level, spread } = levelOf(first);
  const start = Math.abs(now - level) > 3 * spread ? departureOf(found, level, spread, now) : undefined;
  if (start === undefined || start < 3) {
    // With no time before it, a level is just how it is.
    const whole = levelOf(start === undefined ? first : found);
    return { before: whole.level, now, peak, score: 0, since: undefined, shape: "flat", goesOn };
  }
  ({ level, spread } = levelOf(found.slice(0, start)));
  const most = Math.abs(now - level) * 0.75;
  const reached = found.findIndex((value, at) => at >= start && (value - level) * Math.sign(now - level) >= most);
  const begins = bins[start] ?? 0;
  const rise = ((bins[reached] ?? 0) - begins) * grid.width;
  return {
    before: level,
    now,
    peak,
    score: (now - level) / spread,
    since: grid.from + begins * grid.width,
    shape: rise > Math.max(300, 3 * grid.width) ? "ramp" : "step",
    goesOn,
  };
}

/** How many times its usual level a signal has; from nothing it is at most a thousand times. */
export function factorOf({ before, now }: Pick<Trend, "before" | "now">): number {
  return Math.min(now / Math.max(before, 1e-9), 1_000);
}

/** Did a signal rise to at least so many times its usual level, for good and beyond its usual noise? */
export function rose(trend: Trend | undefined, factor: number, score = 4): trend is Trend & { since: number } {
  return trend?.since !== undefined && trend.goesOn && trend.score >= score && factorOf(trend) >= factor;
}

/** Did a signal fall to at most this part of its usual level, for good and beyond its usual noise? */
export function fell(trend: Trend | undefined, factor: number, score = 4): trend is Trend & { since: number } {
  return trend?.since !== undefined && trend.goesOn && trend.score <= -score && factorOf(trend) <= factor;
}
