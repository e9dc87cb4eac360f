// Runs every test suite whose real parts are here, and says in one line each which it left out and how to get them.
// KUBECLAW_REQUIRE=all turns a suite that is left out into a failure.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const onPath = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;

function clusterStatus() {
  const given = process.env.KUBECLAW_TEST_KUBECONFIG;
  if (given)
    return { kubeconfig: given, layer: process.env.KUBECLAW_TEST_IMAGE ? "node" : "control-plane", ready: true };
  const { stdout } = spawnSync("bash", ["test/cluster/scripts/cluster.sh", "status"], { encoding: "utf8" });
  try {
    return JSON.parse(stdout.trim().split("\n").at(-1));
  } catch {
    return { ready: false, layer: "none" };
  }
}

const redis = process.env.REDIS_URL !== undefined || onPath("redis-server", "--version");
const chromium =
  process.env.CHROMIUM ??
  ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const cluster = clusterStatus();
const missing = {
  redis: redis ? null : "a real Redis (Debian: apt-get install redis-server, or set REDIS_URL)",
  // Some suites kill it and start it again: one that is only reachable does not do.
  redisServer: onPath("redis-server", "--version") ? null : "redis-server (Debian: apt-get install redis-server)",
  chromium: chromium ? null : "Chromium (Debian: apt-get install chromium, or set CHROMIUM)",
  api: cluster.ready ? null : "a Kubernetes API server (npm run cluster up, or set KUBECLAW_TEST_KUBECONFIG)",
  node: cluster.ready && cluster.layer === "node" ? null : "a Kubernetes node (npm run cluster up)",
};

const suites = [
  { name: "unit", needs: [] },
  { name: "loop", needs: [] },
  { name: "integration", needs: ["redis"] },
  { name: "cluster", needs: ["api", "redisServer"] },
  { name: "e2e", needs: ["node", "chromium"] },
].filter(
  ({ name }) =>
    existsSync(`test/${name}`) &&
    readdirSync(`test/${name}`, { recursive: true }).some((file) => file.endsWith(".test.ts")),
);

const asked = process.argv.slice(2);
const chosen = asked.length > 0 ? suites.filter(({ name }) => asked.includes(name)) : suites;
const skipped = chosen.flatMap(({ name, needs }) => {
  const lacks = needs.map((need) => missing[need]).filter((text) => text !== null);
  return lacks.length > 0 ? [{ name, lacks }] : [];
});
const run = chosen.filter(({ name }) => !skipped.some((suite) => suite.name === name));

const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
if (build.status !== 0) process.exit(1);

let failed = false;
for (const { name } of run) {
  const started = Date.now();
  const { status } = spawnSync(
    process.execPath,
    [
      "--experimental-vm-modules",
      "--no-warnings=ExperimentalWarning",
      "node_modules/jest/bin/jest.js",
      "--selectProjects",
      name,
      ...(name === "unit" ? [] : ["--runInBand", "--forceExit"]),
    ],
    {
      stdio: "inherit",
      env: {
        ...process.env,
        ...(chromium ? { CHROMIUM: chromium } : {}),
        ...(cluster.ready ? { KUBECLAW_TEST_KUBECONFIG: cluster.kubeconfig } : {}),
      },
    },
  );
  console.log(`suite ${name}: ${status === 0 ? "passed" : "FAILED"} in ${Math.round((Date.now() - started) / 1000)} s`);
  failed ||= status !== 0;
}
for (const { name, lacks } of skipped) console.log(`suite ${name}: skipped; it needs ${lacks.join(" and ")}`);
if (process.env.KUBECLAW_REQUIRE === "all" && skipped.length > 0) failed = true;
process.exit(failed ? 1 : 0);
