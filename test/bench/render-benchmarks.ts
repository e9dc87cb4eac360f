import type { Row } from "./row.js";

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  node: string;
}

function figure(value: number, unit: string): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 0.1 ? 2 : 4;
  const text = Number.isInteger(value)
    ? value.toLocaleString("en-US")
    : Number(value.toFixed(digits)).toLocaleString("en-US", { maximumFractionDigits: 4 });
  return `${text}${unit === "" ? "" : ` ${unit}`}`;
}

/** The table of docs/benchmarks.md: each figure beside its anchor, missed targets as missed. */
export function renderBenchmarks(rows: readonly Row[], machine: Machine): string {
  const { date, cpu, cores, memoryGiB, node } = machine;
  const line = ({ figure: what, unit, anchor, ours, target }: Row) =>
    `| ${what} | ${anchor ? `${figure(anchor.value, unit)} (${anchor.what})` : "none runs here"} | **${figure(ours, unit)}** | ${target.what} | ${target.met ? "met" : "**missed**"} |`;
  return `# Benchmarks

Printed by \`npm run bench\`; \`npm run bench -- --write\` keeps them here, with every raw sample in benchmarks.json. A figure and its anchor are of one run; all are of one machine: ${date}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}. No test asserts a time.

| figure | anchor | ours | target | |
|---|---|---|---|---|
${rows.map(line).join("\n")}

## How each was measured

${rows.map(({ figure: what, how }) => `- **${what}**: ${how}.`).join("\n")}
`;
}
