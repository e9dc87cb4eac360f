import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "@jest/globals";

const root = resolve(".");
const config = ".dependency-cruiser.cjs";
const { forbidden } = createRequire(import.meta.url)(join(root, config)) as { forbidden: { name: string }[] };
const stages = forbidden.flatMap(({ name }) => /^front-door-of-(.+)$/.exec(name)?.[1] ?? []);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A tree of our shape, in which nothing is wrong. */
const sound: Record<string, string> = {
  ...Object.fromEntries(
    stages.flatMap((stage) => [
      [`${stage}/index.ts`, 'export { inside } from "./inside.js";'],
      [`${stage}/inside.ts`, "export const inside = 1;"],
    ]),
  ),
  "domain/ids.ts": "export const id = 1;",
  "platform/redis/queues.ts": 'import "bullmq"; export const queues = 1;',
  "platform/anthropic/upstream.ts": 'import "@anthropic-ai/sdk"; export const upstream = 1;',
  "platform/kubernetes/execution-cluster.ts": "export const cluster = 1;",
  "playground/slack.ts": "export const slack = 1;",
  "main/agent.ts": 'import { inside } from "../agent/index.js"; export const agent = inside;',
  "main/executor.ts": 'import { inside } from "../executor/index.js"; export const executor = inside;',
  "main/worker.ts":
    'import { inside } from "../worker/index.js"; import { queues } from "../platform/redis/queues.js"; export const worker = [inside, queues];',
  "worker/decide-step.ts": 'import { id } from "../domain/ids.js"; export const step = id;',
};

/** One breach of each rule, by the file that commits it. */
const breaches: Record<string, Record<string, string>> = {
  "no-cycles": {
    "worker/round.ts": 'import { trip } from "./trip.js"; export const round = () => trip;',
    "worker/trip.ts": 'import { round } from "./round.js"; export const trip = () => round;',
  },
  "vendor-sdks-in-platform-and-main-only": { "worker/vendor.ts": 'import "bullmq";' },
  ...Object.fromEntries(
    stages.map((stage) => [
      `front-door-of-${stage}`,
      {
        [`main/back-door-of-${stage}.ts`]: `import { inside } from "../${stage}/inside.js"; export const got = inside;`,
      },
    ]),
  ),
  "agent-never-reaches-the-executor": {
    "agent/middle.ts": 'import { inside } from "../executor/index.js"; export const middle = inside;',
    "agent/act.ts": 'import { middle } from "./middle.js"; export const act = middle;',
  },
  "executor-never-reaches-a-model": {
    "executor/think.ts": 'import { inside } from "../agent/index.js"; export const think = inside;',
  },
  "domain-knows-no-stage": {
    "domain/nosy.ts": 'import { inside } from "../worker/index.js"; export const nosy = inside;',
  },
  "diagnosis-is-pure": { "diagnosis/impure.ts": 'import "node:fs";' },
  "pure-files-touch-nothing": { "worker/decide-by-network.ts": 'import "node:http";' },
  "no-playground-in-production": {
    "main/demo.ts": 'import { slack } from "../playground/slack.js"; export const demo = slack;',
  },
  "platform-is-fitted-in-main": {
    "worker/direct.ts": 'import { queues } from "../platform/redis/queues.js"; export const direct = queues;',
  },
};

/** Runs the project's own rules over a tree; gives each breach as `rule: file`. */
async function cruise(files: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "kubeclaw-boundaries-"));
  folders.push(folder);
  for (const name of [config, "tsconfig.json", "package.json"]) cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "src", path)), { recursive: true });
    writeFileSync(join(folder, "src", path), text);
  }
  const args = [join(root, "node_modules/.bin/depcruise"), "src", "--config", config, "--output-type", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: folder,
    env: {},
    maxBuffer: 64 << 20,
  }).catch((error: unknown) => error as { stdout: string });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`))].sort();
}

it("has a planted breach for every rule", () => {
  expect(Object.keys(breaches).sort()).toEqual(forbidden.map(({ name }) => name).sort());
});

it("finds nothing in a sound tree", async () => {
  expect(await cruise(sound)).toEqual([]);
}, 30_000);

it("finds each planted breach, in the file that commits it", async () => {
  const found = await cruise(Object.assign({}, sound, ...Object.values(breaches)) as Record<string, string>);
  for (const [rule, files] of Object.entries(breaches)) {
    const [culprit] = Object.keys(files);
    expect(found).toContain(`${rule}: src/${culprit}`);
  }
}, 30_000);
