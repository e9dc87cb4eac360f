import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubeClawError } from "../../domain/errors.js";
import type { KubernetesObject } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";

/** A part of a path that stays inside its folder. */
function part(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\.+$/, "_");
}

/** @throws KubeClawError `bad-input` where the directory holds something already, or is none. */
export function checkIsNew(directory: string): void {
  let held: string[];
  try {
    held = existsSync(directory) ? readdirSync(directory) : [];
  } catch (error) {
    throw new KubeClawError("bad-input", `--out: ${directory} is no directory; name a new one`, { cause: error });
  }
  if (held.length > 0) throw new KubeClawError("bad-input", `--out: ${directory} is not empty; name a new directory`);
}

/**
 * Writes a snapshot as a directory of format version 1. It is what was given: redaction comes before.
 * @throws KubeClawError `bad-input` where the directory cannot be written.
 */
export function writeSnapshot(directory: string, snapshot: Snapshot): void {
  checkIsNew(directory);
  try {
    const write = (path: string, text: string) => {
      const file = join(directory, path);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, text, { mode: 0o600 });
    };
    write("meta.json", `${JSON.stringify(snapshot.meta, null, 2)}\n`);
    const byKind = new Map<string, KubernetesObject[]>();
    for (const object of [...snapshot.objects, ...snapshot.events]) {
      byKind.set(object.kind, [...(byKind.get(object.kind) ?? []), object]);
    }
    for (const [kind, items] of byKind) {
      const list = { apiVersion: "v1", kind: "List", items };
      write(`objects/${part(kind.toLowerCase())}.json`, `${JSON.stringify(list, null, 1)}\n`);
    }
    for (const { namespace, pod, container, previous, lines } of snapshot.logs) {
      const name = `${part(container)}${previous ? ".previous" : ""}.log`;
      write(`logs/${part(namespace)}/${part(pod)}/${name}`, lines.map((line) => `${line}\n`).join(""));
    }
    if (snapshot.metrics) write("metrics.json", `${JSON.stringify({ series: snapshot.metrics })}\n`);
    if (snapshot.alerts) write("alerts.json", `${JSON.stringify(snapshot.alerts)}\n`);
    if (snapshot.probes) write("probes.json", `${JSON.stringify(snapshot.probes)}\n`);
    if (snapshot.changes) write("changes.json", `${JSON.stringify(snapshot.changes)}\n`);
  } catch (error) {
    throw new KubeClawError("bad-input", `--out: ${directory} cannot be written`, { cause: error });
  }
}
