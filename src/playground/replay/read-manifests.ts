import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

/** Every object of every YAML file below some folders, in the order of their names; a folder that is not there holds none. */
export function readManifests(...folders: readonly string[]): unknown[] {
  return folders.flatMap((folder) => {
    if (!existsSync(folder)) return [];
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => /\.ya?ml$/.test(name));
    return files.sort().flatMap((name) =>
      parseAllDocuments(readFileSync(join(folder, name), "utf8"))
        .map((document) => document.toJS() as unknown)
        .filter((object) => object !== null && typeof object === "object"),
    );
  });
}
