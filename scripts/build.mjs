// Bundles the CLI into dist/, a chunk for what each process needs alone. The local stand-ins go to dist/playground, which
// no image contains: `--production` leaves them out.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const banner = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};
const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  banner,
  legalComments: "none",
  logLevel: "warning",
  // Optional native parts and the slow demo store stay outside: they are found at run time where they exist.
  external: ["msgpackr-extract", "js-redis-server"],
};

rmSync("dist", { recursive: true, force: true });
mkdirSync("dist", { recursive: true });
const { metafile } = await build({
  ...shared,
  entryPoints: ["src/main/cli.ts"],
  outdir: "dist/main",
  splitting: true,
  chunkNames: "../chunks/[name]-[hash]",
  metafile: true,
});
if (!process.argv.includes("--production")) writeFileSync("dist/metafile.json", JSON.stringify(metafile));
cpSync("prompts", "dist/prompts", { recursive: true });

if (!process.argv.includes("--production")) await buildPlayground();

async function buildPlayground() {
  await build({ ...shared, entryPoints: ["src/playground/demo.ts"], outdir: "dist/playground" });
  const page = "src/playground/slack/page";
  await build({
    bundle: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    entryPoints: [`${page}/page.ts`],
    outdir: "dist/playground/page",
    logLevel: "warning",
  });
  for (const name of readdirSync(page))
    if (/\.(html|css|svg)$/.test(name)) cpSync(`${page}/${name}`, `dist/playground/page/${name}`);
  cpSync("src/playground/worlds", "dist/playground/worlds", { recursive: true });
  cpSync("src/playground/scenarios", "dist/playground/scenarios", { recursive: true });
}
