// Writes CRDs and JSON Schemas from the zod schemas; with --check it names each file that differs from what is committed.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const directory = mkdtempSync(join(process.cwd(), "node_modules/.generate-"));
const bundle = join(directory, "generate.mjs");
try {
  await build({
    entryPoints: ["scripts/generate/main.ts"],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    logLevel: "warning",
  });
  const { generate } = await import(pathToFileURL(bundle).href);
  const stale = [];
  for (const [path, text] of generate()) {
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    stale.push(path);
    if (!process.argv.includes("--check")) writeFileSync(path, text);
  }
  if (process.argv.includes("--check") && stale.length > 0) {
    console.error(`differ from the schemas: ${stale.join(", ")}; run: npm run generate`);
    process.exitCode = 1;
  }
} finally {
  rmSync(directory, { recursive: true });
}
