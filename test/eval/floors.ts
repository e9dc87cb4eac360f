import type { Judgement } from "./judge.js";
import type { Result } from "./evaluate.js";

/** Shares below which the evaluation fails; of wrong answers, false alarms and unsound mutations there may be none. */
export const floors = { right: 0.95, confirmed: 0.8 } as const;

export const count = (results: readonly Result[], judgement: Judgement): number =>
  results.filter((result) => result.judgement === judgement).length;

export const failuresOf = (results: readonly Result[]): Result[] =>
  results.filter((result) => result.case.expect.status !== "healthy");

/** Failing cases whose recording proves the cause: most of what only a log says fits more than one. */
export const provableOf = (results: readonly Result[]): Result[] =>
  results.filter(({ case: { expect } }) => expect.status !== "healthy" && expect.confirmed);

/** The floors that a set of results breaks, one sentence each. */
export function brokenFloors(results: readonly Result[]): string[] {
  const provable = provableOf(results);
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);
  const right = share(count(results, "right"), results.length);
  const confirmed = share(provable.filter((result) => result.confirmed).length, provable.length);
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  const unsound = results.flatMap((result) => result.unsound).length;
  return [
    ...(right < floors.right ? [`right: ${percent(right)}, the floor is ${percent(floors.right)}`] : []),
    ...(confirmed < floors.confirmed
      ? [`confirmed: ${percent(confirmed)} of what can be proved, the floor is ${percent(floors.confirmed)}`]
      : []),
    ...(["wrong", "false alarm"] as const).flatMap((judgement) =>
      count(results, judgement) === 0 ? [] : [`${judgement}: ${count(results, judgement)}, there may be none`],
    ),
    ...(unsound > 0 ? [`mutations with an unsound answer: ${unsound}, there may be none`] : []),
  ];
}
