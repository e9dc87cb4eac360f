import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "@jest/globals";

const folder = mkdtempSync(join(tmpdir(), "kubeclaw-audit-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const zeros = "0".repeat(64);
const record = (seq: number, run: string) =>
  JSON.stringify({
    at: `2026-04-02T10:0${seq}:00.000Z`,
    kind: "run.created",
    actor: { kind: "system", id: "worker" },
    run,
    detail: {},
    seq,
    previous: zeros,
    digest: zeros,
  });

async function exported(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { KUBECLAW_AUDIT_DIR: folder };
  try {
    const command = ["dist/main/cli.js", "audit", "export", ...args];
    return { code: 0, ...(await promisify(execFile)(process.execPath, command, { env })) };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

it("exports what somebody meddled with, too, and names the line", async () => {
  const lines = [record(1, "kc-a"), '{"seq":2,', record(3, "kc-b")];
  writeFileSync(join(folder, "audit.jsonl"), `${lines.join("\n")}\n`);
  const all = await exported();
  expect(all.code).toBe(1);
  expect(all.stdout.trim().split("\n")).toEqual(lines);
  expect(all.stderr).toBe("line 2 is no record; kubeclaw audit verify says where the chain breaks\n");
  expect((await exported("--run", "kc-b")).stdout.trim()).toBe(lines[2]);
  expect((await exported("--since", "2026-04-02T10:02:00Z")).stdout.trim()).toBe(lines[2]);
});

it("refuses a time that is none", async () => {
  const { code, stderr } = await exported("--since", "yesterday");
  expect([code, stderr]).toEqual([2, "--since: expected a time such as 2026-04-02T10:15:00Z\n"]);
});
