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
  prometheus: onPath("prometheus", "--version") ? null : "a real Prometheus (Debian: apt-get install prometheus)",
  alertmanager: onPath("prometheus-alertmanager", "--version")
    ? null
    : "a real Alertmanager (Debian: apt-get install prometheus-alertmanager)",
  chromium: chromium ? null : "Chromium (Debian: apt-get install chromium, or set CHROMIUM)",
  api: cluster.ready ? null : "a Kubernetes API server (npm run cluster up, or set KUBECLAW_TEST_KUBECONFIG)",
  node: cluster.ready && cluster.layer === "node" ? null : "a Kubernetes node (npm run cluster up)",
};

/** Files of a suite that need more than the suite. */
const demanding = [
  { suite: "integration", file: "webhook-alertmanager", needs: ["alertmanager"] },
  { suite: "integration", file: "metrics-prometheus", needs: ["prometheus"] },
];
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
const lacking = (needs) => needs.map((need) => missing[need]).filter((text) => text !== null);
const skipped = chosen
  .map(({ name, needs }) => ({ name, lacks: lacking(needs) }))
  .filter(({ lacks }) => lacks.length > 0);
const skippedFiles = demanding
  .map(({ suite, file, needs }) => ({ suite, file, lacks: lacking(needs) }))
  .filter(({ suite, lacks }) => lacks.length > 0 && chosen.some(({ name }) => name === suite));
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
      ...skippedFiles.filter(({ suite }) => suite === name).map(({ file }) => `--testPathIgnorePatterns=${file}`),
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
for (const { suite, file, lacks } of skippedFiles)
  console.log(`suite ${suite}, ${file}: skipped; it needs ${lacks.join(" and ")}`);
if (process.env.KUBECLAW_REQUIRE === "all" && skipped.length + skippedFiles.length > 0) failed = true;
process.exit(failed ? 1 : 0);
