import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { factorOf, fell, findTrend, rose } from "../../../src/diagnosis/find-trend.js";
import { aRandom } from "../../builders/metrics.js";

const grid = { from: 1_000, width: 60, bins: 60 };
/** An hour of values with noise of 8 %. */
const hour = (level: (minute: number) => number, noise = 0.08) => {
  const random = aRandom(3);
  return Array.from({ length: 60 }, (_, minute) => level(minute) * (1 + noise * (random() * 2 - 1)));
};
const step = hour((minute) => (minute < 40 ? 10 : 30));

describe("a change for good", () => {
  it("is a step, with its levels and since when", () => {
    const trend = findTrend(step, grid)!;
    expect(trend).toMatchObject({ since: 1_000 + 40 * 60, shape: "step", goesOn: true });
    expect(trend.before).toBeCloseTo(10, 0);
    expect(trend.now).toBeCloseTo(30, -1);
    expect(factorOf(trend)).toBeCloseTo(3, 0);
    expect(rose(trend, 2)).toBe(true);
    expect(fell(trend, 0.9)).toBe(false);
  });

  it("is a ramp, where it takes its time", () => {
    const trend = findTrend(
      hour((minute) => (minute < 30 ? 10 : 10 + (minute - 30) * 2)),
      grid,
    );
    expect(trend).toMatchObject({ shape: "ramp" });
    expect(trend?.since).toBeLessThan(1_000 + 36 * 60);
  });

  it("is a fall, too", () => {
    expect(
      fell(
        findTrend(
          hour((minute) => (minute < 40 ? 30 : 10)),
          grid,
        ),
        0.5,
      ),
    ).toBe(true);
  });

  it("begins where it began for good, not at a hill before it", () => {
    const level = (minute: number) => (minute >= 45 || (minute > 28 && minute < 33) ? 30 : 10);
    expect(findTrend(hour(level), grid)?.since).toBe(1_000 + 45 * 60);
  });

  it("is seen in a recording with gaps", () => {
    const holes = step.map((value, minute) => (minute % 3 === 0 ? Number.NaN : value));
    expect(rose(findTrend(holes, grid), 2)).toBe(true);
  });

  it("has no start where there is no time before it", () => {
    expect(
      findTrend(
        hour((minute) => (minute < 2 ? 10 : 30)),
        grid,
      ),
    ).toMatchObject({ since: undefined, score: 0 });
  });
});

describe("no change", () => {
  it.each<[string, (minute: number) => number]>([
    ["a level with noise", () => 10],
    ["a hill that is over", (minute) => (minute > 30 && minute < 36 ? 50 : 10)],
    ["hills that come again and again", (minute) => (minute % 10 < 3 ? 30 : 10)],
    ["a breath more", (minute) => (minute < 40 ? 10 : 10.5)],
  ])("%s", (_what, level) => {
    const trend = findTrend(hour(level), grid);
    expect(rose(trend, 1.2)).toBe(false);
    expect(fell(trend, 0.8)).toBe(false);
  });

  it("what is no longer measured did not rise", () => {
    const ended = step.map((value, minute) => (minute < 50 ? value : Number.NaN));
    expect(findTrend(ended, grid)?.goesOn).toBe(false);
    expect(rose(findTrend(ended, grid), 1.2)).toBe(false);
  });

  it("too few values say nothing", () => {
    expect(findTrend([1, 2, Number.NaN, 90], grid)).toBeUndefined();
    expect(findTrend([], grid)).toBeUndefined();
  });
});

it("any values give a trend of numbers, or none", () => {
  fc.assert(
    fc.property(fc.array(fc.double(), { maxLength: 120 }), (values) => {
      const trend = findTrend(values, { from: 0, width: 30, bins: values.length });
      if (trend) expect(Number.isNaN(factorOf({ before: 1, now: trend.now }))).toBe(false);
    }),
    { numRuns: 500 },
  );
});
