import { removals } from "./mutate.js";
import { brokenFloors, count, failuresOf, floors, provableOf } from "./floors.js";
import type { Result } from "./evaluate.js";

const mutations = [...Object.keys(removals), "with noise", "with partial rights"];

function percentOf(part: number, whole: number): string {
  return whole === 0 ? "–" : `${Math.round((part / whole) * 100)} %`;
}

function row(name: string, results: readonly Result[], times: boolean): string {
  const failures = failuresOf(results);
  const provable = provableOf(results);
  const confirmed = (some: readonly Result[]) =>
    percentOf(some.filter((result) => result.confirmed).length, some.length);
  const spent = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / Math.max(results.length, 1);
  const cells = [
    name,
    results.length,
    count(results, "right"),
    count(results, "symptom only"),
    count(results, "wrong"),
    count(results, "silent"),
    count(results, "false alarm"),
    confirmed(failures),
    confirmed(provable),
    ...(times ? [spent.toFixed(1)] : []),
  ];
  return `| ${cells.join(" | ")} |`;
}

function table(results: readonly Result[], times: boolean): string {
  const names = [...new Set(results.map((result) => result.case.family))];
  const only = (test: (result: Result) => boolean) => results.filter(test);
  const heads = [
    "",
    "cases",
    "right",
    "symptom only",
    "wrong",
    "silent",
    "false alarms",
    "confirmed",
    "of the provable",
  ];
  return [
    `| ${[...heads, ...(times ? ["ms a case"] : [])].join(" | ")} |`,
    `|---${"|---:".repeat(heads.length - 1 + (times ? 1 : 0))}|`,
    ...names.map((name) =>
      row(
        name,
        only((result) => result.case.family === name),
        times,
      ),
    ),
    row("**all**", results, times),
    row(
      "tuned",
      only((result) => result.case.split === "tuned"),
      times,
    ),
    row(
      "held out",
      only((result) => result.case.split === "held-out"),
      times,
    ),
    row(
      "recorded",
      only((result) => result.case.origin.kind === "recorded"),
      times,
    ),
    row(
      "built",
      only((result) => result.case.origin.kind === "built"),
      times,
    ),
  ].join("\n");
}

function mutationTable(results: readonly Result[]): string {
  const failures = failuresOf(results);
  const unsound = (name: string) =>
    failures.filter((result) => result.unsound.some(([other]) => other === name)).length;
  return [
    "| mutation | failing cases | sound | not sound |",
    "|---|---:|---:|---:|",
    ...mutations.map(
      (name) => `| ${name} | ${failures.length} | ${failures.length - unsound(name)} | ${unsound(name)} |`,
    ),
  ].join("\n");
}

function listing(results: readonly Result[]): string {
  const missed = results.filter(({ judgement }) => judgement !== "right");
  const unsure = provableOf(results).filter(({ judgement, confirmed }) => judgement === "right" && !confirmed);
  const lines = [
    ...unsure.map((result) => `- right, but not as proved: \`${result.case.name}\`: ${result.said}`),
    ...missed.map((result) => `- ${result.judgement}: \`${result.case.name}\`: ${result.said}`),
    ...results.flatMap((result) =>
      result.unsound.map(([mutation, problem]) => `- ${mutation}: \`${result.case.name}\`: ${problem}`),
    ),
  ];
  return lines.length === 0 ? "None." : lines.join("\n");
}

/**
 * The tables of an evaluation, what missed by name, and the floors that broke.
 * @param times with milliseconds, which belong to one machine and one moment.
 */
export function renderEvaluation(results: readonly Result[], times: boolean): string {
  const broken = brokenFloors(results);
  return `${table(results, times)}

\`confirmed\` is the share of failing cases whose right cause was given as proved; of the provable, those whose recording proves it. What only a program's log says is likely at the most.

## Mutations

${mutationTable(results)}

## Misses

${listing(results)}

## Floors

Right at least ${floors.right * 100} % of all cases, confirmed at least ${floors.confirmed * 100} % of the provable ones, nothing wrong, no false alarm, no unsound mutation.

${broken.length === 0 ? "All hold." : broken.map((floor) => `- broken: ${floor}`).join("\n")}
`;
}
