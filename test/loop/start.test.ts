import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Demo } from "./demo.js";

/** Processes whose command or environment names a folder, where the system lets us see. */
async function processesNaming(folder: string): Promise<string[]> {
  const pids = (await readdir("/proc").catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const texts = await Promise.all(
        ["cmdline", "environ"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      return texts.some((text) => text.includes(folder)) ? [pid] : [];
    }),
  );
  return found.flat();
}

describe("a demo that cannot start", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeclaw-loop-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function run(...args: string[]): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, ["dist/playground/demo.js", "--json", "--no-open", ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env["PATH"], TMPDIR: join(folder) },
    });
    let said = "";
    child.stderr.on("data", (data: Buffer) => (said += data.toString()));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, said };
  }

  it("leaves nothing behind where its port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { code, said } = await run("--port", String((taken.address() as AddressInfo).port));
    taken.close();
    expect(code).toBe(1);
    expect(said).toContain("EADDRINUSE");
    expect(await readdir(folder)).toEqual([]);
  }, 30_000);

  it.each([150, 400, 700, 1_000, 1_300])(
    "leaves nothing behind where it is stopped after %p ms",
    async (milliseconds) => {
      const child = spawn(process.execPath, ["dist/playground/demo.js", "--json", "--no-open", "--port", "0"], {
        stdio: "ignore",
        env: { PATH: process.env["PATH"], TMPDIR: folder },
      });
      const ended = once(child, "exit");
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child.kill("SIGINT");
      await ended;
      expect(await readdir(folder)).toEqual([]);
      expect(await processesNaming(folder)).toEqual([]);
    },
    30_000,
  );

  it.each<[string, string[], RegExp]>([
    ["another cluster", ["--context", "prod"], /^The demo cannot start: --context needs KUBECLAW_AGENT_IMAGE: .*\n$/],
    [
      "a scenario that is not there",
      ["--scenario", "none"],
      /^The demo cannot start: --scenario: no none \(there are: shop\)\n$/,
    ],
    ["a port that is none", ["--port", "x"], /expected a port/],
  ])(
    "says in one line what is wrong with %s",
    async (_, args, says) => {
      const { code, said } = await run(...args);
      expect(code).not.toBe(0);
      expect(said).toMatch(says);
      expect(await readdir(folder)).toEqual([]);
    },
    30_000,
  );

  it("names the field of a scenario that is malformed", async () => {
    const path = join(folder, "world.yaml");
    await writeFile(
      path,
      "title: x\nnamespaces: [shop]\nworkloads:\n  - {name: checkout, namespace: shop, replicas: many, history: []}\n",
    );
    const { said } = await run("--port", "0", "--scenario", path);
    expect(said).toMatch(
      /^The demo cannot start: scenario: workloads\[0\]\.replicas: .*; workloads\[0\]\.history: .*\n$/,
    );
  }, 30_000);
});

describe("a demo on a machine without Redis", () => {
  it("keeps everything in memory, and works", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kubeclaw-loop-"));
    const demo = await Demo.start({ PATH: "/nonexistent", TMPDIR: folder });
    await demo.command("ana", "investigate deploy/checkout -n shop");
    await demo.card("sre", ["awaiting-approval"]);
    expect(await demo.stop()).toBe(0);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  }, 60_000);
});
