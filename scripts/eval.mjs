// Builds and runs the evaluation of the diagnosis: node scripts/eval.mjs [--write] [FAMILY | FAMILY/NAME …]
// or its recorder: node scripts/eval.mjs record [NAME …]
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

const [first, ...rest] = process.argv.slice(2);
const entry = first === "record" ? "record/main" : "main";
await build({
  entryPoints: [`test/eval/${entry}.ts`],
  outfile: `dist/eval/${entry}.js`,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  packages: "external",
  logLevel: "warning",
});
const given = first === "record" ? rest : process.argv.slice(2);
const { status } = spawnSync(process.execPath, [`dist/eval/${entry}.js`, ...given], { stdio: "inherit" });
process.exit(status ?? 1);
