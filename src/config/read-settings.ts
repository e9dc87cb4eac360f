import { readFileSync } from "node:fs";
import type { z } from "zod";
import { KubeClawError } from "../domain/errors.js";

export type Environment = Readonly<Record<string, string | undefined>>;

/** `NAME_FILE` holds a path where `NAME` may hold a secret; empty values count as absent. */
function withFiles(environment: Environment, names: readonly string[], problems: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = environment[name];
    const path = environment[`${name}_FILE`];
    if (value !== undefined && value !== "") found[name] = value;
    else if (path !== undefined && path !== "") {
      try {
        found[name] = readFileSync(path, "utf8").trim();
      } catch (error) {
        problems.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code ?? "error"})`);
      }
    }
  }
  return found;
}

/**
 * Reads one process' settings from the environment.
 * @throws KubeClawError `bad-settings` with one message that names every missing or malformed setting.
 */
export function readSettings<S extends z.ZodObject>(schema: S, environment: Environment): z.infer<S> {
  const problems: string[] = [];
  const values = withFiles(environment, Object.keys(schema.shape), problems);
  const result = schema.safeParse(values);
  if (!result.success) {
    for (const issue of result.error.issues) {
      const name = issue.path.map(String).join(".");
      const missing = issue.path.length > 0 && values[String(issue.path[0])] === undefined;
      if (!problems.some((problem) => problem.startsWith(`${name}_FILE`))) {
        problems.push(`${name}: ${missing ? "missing" : issue.message}`);
      }
    }
  }
  if (problems.length > 0 || !result.success) {
    throw new KubeClawError("bad-settings", `bad settings:\n${problems.map((problem) => `  ${problem}`).join("\n")}`);
  }
  return result.data;
}

/** The settings of a schema as `--help` lists them. */
export function describeSettings(schema: z.ZodObject): string {
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.entries(shape)
    .map(
      ([name, field]) =>
        `  ${name.padEnd(30)} ${field.description ?? ""}${field.safeParse(undefined).success ? " (optional)" : ""}`,
    )
    .join("\n");
}
