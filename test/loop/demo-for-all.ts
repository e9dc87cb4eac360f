import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "@jest/globals";
import { Demo } from "./demo.js";

/**
 * One demo for all tests of a block, in a folder of its own: started before the first, stopped after the last.
 * @param ready is handed the demo before the first test.
 * @param settings is asked just before the start.
 */
export function demoForAll(
  ready: (demo: Demo, folder: string) => Promise<void> | void,
  settings: () => Readonly<Record<string, string>> = () => ({}),
): void {
  let demo: Demo | undefined;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "kubeclaw-loop-"));
    demo = await Demo.start({ TMPDIR: folder, ...settings() });
    await ready(demo, folder);
  }, 90_000);
  afterAll(async () => {
    await demo?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 30_000);
}
