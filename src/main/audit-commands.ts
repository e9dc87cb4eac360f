import { readFileSync } from "node:fs";
import * as z from "zod";
import { verifyChain } from "../audit/index.js";
import { type Environment, readSettings } from "../config/index.js";
import { AuditRecord } from "../domain/audit-event.js";
import { KubeClawError } from "../domain/errors.js";
import { readChain } from "../platform/files/audit-chain.js";

const Settings = z.object({ KUBECLAW_AUDIT_DIR: z.string().min(1).describe("folder of the sealed audit chain") });

function parseRecord(line: string): AuditRecord | null {
  try {
    return AuditRecord.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Prints the sealed chain, or the part of it that was asked for. */
export function exportAudit(environment: Environment, options: { since?: string; run?: string }): void {
  const since = options.since === undefined ? undefined : new Date(options.since);
  if (since && Number.isNaN(since.getTime()))
    throw new KubeClawError("bad-input", "--since: expected a time such as 2026-04-02T10:15:00Z");
  for (const [index, line] of readChain(readSettings(Settings, environment).KUBECLAW_AUDIT_DIR).entries()) {
    const record = parseRecord(line);
    if (!record) {
      // Whoever exports after somebody meddled wants the rest all the more.
      process.stderr.write(`line ${index + 1} is no record; kubeclaw audit verify says where the chain breaks\n`);
      process.exitCode = 1;
      if (since === undefined && options.run === undefined) process.stdout.write(`${line}\n`);
      continue;
    }
    if (since && new Date(record.at) < since) continue;
    if (options.run !== undefined && record.run !== options.run) continue;
    process.stdout.write(`${line}\n`);
  }
}

/** Recomputes a chain; a broken one is named on stderr and leaves with 1. */
export function verifyAudit(file: string): void {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new KubeClawError("bad-input", `${file}: cannot be read`, { cause: error });
  }
  const result = verifyChain(text.split("\n"));
  if (result.kind === "intact") {
    console.log(`intact: ${result.records} records, head ${result.last}`);
    return;
  }
  console.error(`broken at line ${result.line}${result.seq === null ? "" : ` (seq ${result.seq})`}: ${result.problem}`);
  process.exitCode = 1;
}
