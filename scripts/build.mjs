// Bundles the CLI into dist/, a chunk for what each process needs alone. The local stand-ins go to dist/playground, which
// no image contains: `--production` leaves them out.
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const banner = {
  js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
};
/** Kubernetes' client only defines things when it is loaded, and does not say so: what is not used of it stays out. */
const dropUnused = {
  name: "drop-unused",
  setup({ onResolve, resolve }) {
    const client = "@kubernetes/client-node";
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === client || (path !== client && !from.importer.includes(`/${client}/`))) return undefined;
      return { ...(await resolve(path, { ...from, pluginData: client })), sideEffects: false };
    });
  },
};
const shared = {
  plugins: [dropUnused],
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
