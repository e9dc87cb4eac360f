import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { buildRecord } from "../../src/audit/chain.js";
import { verifyChain } from "../../src/audit/index.js";
import type { AuditRecord } from "../../src/domain/audit-event.js";
import { openAuditChain, readChain } from "../../src/platform/files/audit-chain.js";
import { aRunId } from "../builders/request.js";

const now = () => new Date("2026-04-02T10:15:00Z");
let folder: string;

/** Records that go on behind the last one. */
function more(last: { seq: number; digest: string } | null, count: number, text = "x"): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const event = {
      at: now().toISOString(),
      kind: "run.started" as const,
      actor: { kind: "system" as const, id: "worker" },
      run: aRunId,
      detail: { text, entry: `${(last?.seq ?? 0) + 1}-0` },
    };
    const record = buildRecord(event, last);
    records.push(record);
    last = record;
  }
  return records;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kubeclaw-audit-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it("goes on behind its last record after it was opened again", async () => {
  await openAuditChain(folder, now).append(more(null, 3));
  const chain = openAuditChain(folder, now);
  await chain.append(more(chain.last(), 2));
  expect(verifyChain(readChain(folder))).toMatchObject({ kind: "intact" });
  expect(readChain(folder)).toHaveLength(5);
});

it("drops a last line that a crash cut off", async () => {
  await openAuditChain(folder, now).append(more(null, 2));
  const path = join(folder, "audit.jsonl");
  writeFileSync(path, `${readChain(folder).join("\n")}\n{"seq":3,"at":"2026`);
  const chain = openAuditChain(folder, now);
  await chain.append(more(chain.last(), 1));
  expect(verifyChain(readChain(folder))).toMatchObject({ kind: "intact" });
  expect(readChain(folder)).toHaveLength(3);
});

const onlyAsRoot = process.getuid?.() === 0 ? it : it.skip;

onlyAsRoot("a disk that is full keeps the chain whole, and it goes on when there is room again", async () => {
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", folder]);
  try {
    const chain = openAuditChain(folder, now);
    await chain.append(more(null, 2));
    writeFileSync(join(folder, "ballast"), "x".repeat(8_192));
    const large = more(chain.last(), 8, "y".repeat(4_000));
    await expect(chain.append(large)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(chain.last()?.seq).toBe(2);
    rmSync(join(folder, "ballast"));
    await chain.append(more(chain.last(), 1));
    expect(readChain(folder)).toHaveLength(3);
    expect(verifyChain(readChain(folder))).toMatchObject({ kind: "intact" });
  } finally {
    execFileSync("umount", [folder]);
  }
});
