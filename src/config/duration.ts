import * as z from "zod";

const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A length of time as people write it: a whole number and one of s, m, h, d. In milliseconds once parsed. */
export const Duration = z
  .string()
  .regex(/^\d{1,6}(s|m|h|d)$/, "expected a whole number and a unit: s, m, h or d (for example 10m)")
  .transform((text) => Number(text.slice(0, -1)) * (units[text.slice(-1)] ?? 0));

/** A length of time within bounds, which are written as people write them. In milliseconds once parsed. */
export function durationBetween(least: string, most: string) {
  const [low, high] = [Duration.parse(least), Duration.parse(most)];
  return Duration.refine((ms) => ms >= low && ms <= high, `expected a time between ${least} and ${most}`);
}
