import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import type { Snapshot } from "../../../src/domain/snapshot.js";
import { EvaluationCase } from "../case.js";

export const casesDirectory = "test/eval/cases";

/** Writes one case, FAMILY/NAME, in place of any that was there: compact, one file of objects. */
export function writeCase(root: string, name: string, entry: z.input<typeof EvaluationCase>, snapshot: Snapshot): void {
  const directory = join(root, name);
  rmSync(directory, { recursive: true, force: true });
  const write = (path: string, text: string) => {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  };
  const { objects, events, logs, meta, alerts } = snapshot;
  const lines = [...objects, ...events].map((object) => JSON.stringify(object));
  write("case.json", `${JSON.stringify(EvaluationCase.parse(entry), null, 1)}\n`);
  write("meta.json", `${JSON.stringify(meta)}\n`);
  write("objects/all.json", `{"apiVersion":"v1","kind":"List","items":[\n${lines.join(",\n")}\n]}\n`);
  if (alerts) write("alerts.json", `${JSON.stringify(alerts)}\n`);
  for (const log of logs) {
    const file = `${log.container}${log.previous ? ".previous" : ""}.log`;
    write(`logs/${log.namespace}/${log.pod}/${file}`, log.lines.map((line) => `${line}\n`).join(""));
  }
}
