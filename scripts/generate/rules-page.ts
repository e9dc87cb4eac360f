import { rules } from "../../src/diagnosis/index.js";

const remediations = {
  auto: "a typed, reversible action may be offered",
  propose: "a person must name a value",
  advise: "nothing that KubeClaw executes",
};

function cell(text: string): string {
  return text.replace(/\|/g, "\\|");
}

/** The page of the diagnosis' rules, by family in the order in which they are asked. */
export function rulesPage(): string {
  const families = [...new Set(rules.map(({ family }) => family))];
  const tables = families.map((family) => {
    const rows = rules
      .filter((rule) => rule.family === family)
      .map(
        ({ id, title, signals, severity, remediation }) =>
          `| \`${id}\` | ${cell(title)} | ${cell(signals)} | ${severity} | ${remediation} |`,
      );
    return [
      `## ${family}`,
      "",
      "| causeId | what | signals | severity | remediation |",
      "|---|---|---|---|---|",
      ...rows,
    ].join("\n");
  });
  return `${[
    "# Rules of the diagnosis",
    "",
    "<!-- Generated from src/diagnosis by `npm run generate`; do not edit. -->",
    "",
    "```console",
    "$ kubeclaw rules --output json",
    "```",
    "",
    `${rules.length} rules in ${families.length} families, the most upstream family first: what an earlier one explains, a later one leaves alone. What fails and no rule explains is reported as \`unexplained-failure\`, without a cause.`,
    "",
    `Remediation: ${Object.entries(remediations)
      .map(([name, means]) => `\`${name}\`: ${means}`)
      .join("; ")}.`,
    "",
    tables.join("\n\n"),
  ].join("\n")}\n`;
}
