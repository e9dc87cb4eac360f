import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The text of `FOLDER/NAME.yaml` beside the demo, or of a path. Throws with the names that there are. */
export function readNamed(folder: "scenarios" | "worlds", name: string): string {
  if (/[/.]/.test(name)) return readFileSync(name, "utf8");
  const place = fileURLToPath(new URL(`./${folder}/`, import.meta.url));
  try {
    return readFileSync(`${place}${name}.yaml`, "utf8");
  } catch {
    const known = readdirSync(place)
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => file.slice(0, -".yaml".length));
    throw new Error(`--${folder.slice(0, -1)}: no ${name} (there are: ${known.join(", ")})`);
  }
}
