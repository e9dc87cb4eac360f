import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditChain } from "../../audit/index.js";
import { AuditRecord } from "../../domain/audit-event.js";
import { canonicalJson } from "../../domain/canonical-json.js";
import { isKubeClawError, KubeClawError } from "../../domain/errors.js";

export const chainFile = "audit.jsonl";

/** The lines of a sealed chain; none where nothing has been sealed yet. */
export function readChain(directory: string): string[] {
  const path = join(directory, chainFile);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function checkpointKey(directory: string) {
  const path = join(directory, "checkpoint-key.pem");
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  const key = createPrivateKey(readFileSync(path));
  writeFileSync(join(directory, "checkpoint-key.pub"), createPublicKey(key).export({ type: "spki", format: "pem" }));
  return key;
}

/**
 * The sealed chain as a file of JSON Lines, with a signed checkpoint of its head. A last line that a crash cut off was
 * never sealed: it is dropped, and its event comes from the stream again.
 */
export function openAuditChain(directory: string, now: () => Date): AuditChain {
  mkdirSync(directory, { recursive: true });
  const key = checkpointKey(directory);
  const path = join(directory, chainFile);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole !== text) writeFileSync(path, whole);
  let size = Buffer.byteLength(whole);
  const lastLine = whole.trimEnd().split("\n").at(-1) ?? "";
  let last = lastLine === "" ? null : head(AuditRecord.parse(JSON.parse(lastLine)));

  function head(record: AuditRecord) {
    const { seq, digest, detail } = record;
    return { seq, digest, entry: typeof detail["entry"] === "string" ? detail["entry"] : "0-0" };
  }

  return {
    last: () => last,
    async append(records) {
      const newest = records.at(-1);
      if (!newest) return;
      try {
        const text = records.map((record) => `${JSON.stringify(record)}\n`).join("");
        const file = await open(path, "a");
        try {
          if ((await file.stat()).size !== size)
            throw new KubeClawError("conflict", "another process wrote the audit chain");
          await file.appendFile(text);
          await file.datasync();
        } catch (error) {
          if (!isKubeClawError(error)) await file.truncate(size); // what a full disk took of it must not stand before the next record
          throw error;
        } finally {
          await file.close();
        }
        size += Buffer.byteLength(text);
        last = head(newest);
        const checkpoint = { seq: last.seq, digest: last.digest, at: now().toISOString() };
        const signature = sign(null, Buffer.from(canonicalJson(checkpoint)), key).toString("base64");
        await writeFile(join(directory, "checkpoint.json.new"), `${JSON.stringify({ checkpoint, signature })}\n`);
        await rename(join(directory, "checkpoint.json.new"), join(directory, "checkpoint.json"));
      } catch (error) {
        if (isKubeClawError(error)) throw error;
        throw new KubeClawError("unavailable", "the audit chain cannot be written", { retryable: true, cause: error });
      }
    },
  };
}
