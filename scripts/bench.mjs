// Builds the benchmarks and runs them: node scripts/bench.mjs [--write] [name …]
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

await build({
  entryPoints: ["test/bench/main.ts"],
  outfile: "dist/bench/main.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const { status } = spawnSync(process.execPath, ["dist/bench/main.js", ...process.argv.slice(2)], { stdio: "inherit" });
process.exit(status ?? 1);
