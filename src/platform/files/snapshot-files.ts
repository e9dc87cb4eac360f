import { lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { KubeClawError } from "../../domain/errors.js";
import { readTar } from "./read-tar.js";

/** The files of a snapshot by their path inside it; a file is read when it is asked for. */
export type SnapshotFiles = ReadonlyMap<string, () => string>;

const largestArchive = 1 << 30;

function ofDirectory(directory: string): SnapshotFiles {
  const files = new Map<string, () => string>();
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
    const path = join(directory, entry);
    // A link could lead out of the snapshot.
    if (lstatSync(path).isFile()) files.set(entry.split("\\").join("/"), () => readFileSync(path, "utf8"));
  }
  return files;
}

function ofArchive(file: string): SnapshotFiles {
  const files = new Map<string, () => string>();
  const archive = gunzipSync(readFileSync(file), { maxOutputLength: largestArchive });
  for (const { name, content } of readTar(archive)) {
    files.set(name.replace(/^\.\//, ""), () => Buffer.from(content).toString("utf8"));
  }
  if (files.has("meta.json")) return files;
  // Packed from the folder above: everything lies in one folder.
  const folder = [...files.keys()].find((name) => name.endsWith("/meta.json"))?.slice(0, -"meta.json".length);
  if (folder === undefined) return files;
  return new Map(
    [...files].flatMap(([name, read]) => (name.startsWith(folder) ? [[name.slice(folder.length), read] as const] : [])),
  );
}

/**
 * Opens a snapshot, a directory or one `.tar.gz`.
 * @throws KubeClawError `bad-input` where there is none.
 */
export function openSnapshotFiles(path: string): SnapshotFiles {
  try {
    return statSync(path).isDirectory() ? ofDirectory(path) : ofArchive(path);
  } catch (error) {
    throw new KubeClawError("bad-input", `--snapshot: ${path}: no directory or .tar.gz that can be read`, {
      cause: error,
    });
  }
}
