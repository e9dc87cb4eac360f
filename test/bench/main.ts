import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { acknowledgement } from "./acknowledgement.js";
import { agentStart } from "./agent-start.js";
import { investigationCost } from "./cost.js";
import { diagnosis } from "./diagnosis.js";
import { dispatch } from "./dispatch.js";
import { loop } from "./loop.js";
import { noisyNeighbour } from "./noisy-neighbour.js";
import { redisDown } from "./redis-down.js";
import { renderBenchmarks } from "./render-benchmarks.js";
import type { Row } from "./row.js";
import { workerKilled } from "./takeover.js";

const benches: Readonly<Record<string, () => Promise<Row[]>>> = {
  acknowledgement,
  "redis-down": redisDown,
  loop,
  "agent-start": agentStart,
  diagnosis,
  takeover: workerKilled,
  cost: investigationCost,
  dispatch,
  "noisy-neighbour": noisyNeighbour,
};

const wanted = process.argv.slice(2).filter((name) => name !== "--write");
for (const name of wanted)
  if (!(name in benches)) {
    console.error(`no benchmark ${name}; there are ${Object.keys(benches).join(", ")}`);
    process.exit(2);
  }

/** The rows that are kept, each in its place, with those of this run instead of older ones. */
function withOthers(measured: readonly Row[]): Row[] {
  const { rows: kept } = JSON.parse(readFileSync("docs/benchmarks.json", "utf8")) as { rows: Row[] };
  const known = kept.map((row) => measured.find(({ figure }) => figure === row.figure) ?? row);
  return [...known, ...measured.filter(({ figure }) => kept.every((row) => row.figure !== figure))];
}

const rows: Row[] = [];
for (const [name, run] of Object.entries(benches)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.error(`running ${name} …`);
  rows.push(...(await run()));
}
const machine = {
  date: new Date().toISOString().slice(0, 10),
  cpu: cpus()[0]?.model ?? "unknown",
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
console.log(renderBenchmarks(rows, machine));
if (process.argv.includes("--write")) {
  const all = wanted.length === 0 ? rows : withOthers(rows);
  writeFileSync("docs/benchmarks.md", renderBenchmarks(all, machine));
  writeFileSync("docs/benchmarks.json", `${JSON.stringify({ machine, rows: all }, null, 1)}\n`);
}
process.exit(0);
