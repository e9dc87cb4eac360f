import type { Finding } from "./finding.js";

const marks: Readonly<Record<Finding["state"], string>> = { ok: "✓", warning: "!", failed: "✗", skipped: "-" };

/** One line for each check, its fix below it, and the sum at the end. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ part, check, state, found, fix }) => [
    `${marks[state]} ${part.padEnd(8)} ${check}: ${found}`,
    ...(fix === undefined ? [] : [`${" ".repeat(11)}→ ${fix}`]),
  ]);
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  return [
    ...lines,
    "",
    `${count("ok")} well, ${count("warning")} to look at, ${count("failed")} failed, ${count("skipped")} not asked`,
  ].join("\n");
}
