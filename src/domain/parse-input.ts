import type { z } from "zod";
import { KubeClawError } from "./errors.js";

/** The first problem of a failed parse as `field: what is wrong`. */
export function describeIssue(error: z.ZodError): { field: string; message: string } {
  const issue = error.issues[0];
  if (!issue) return { field: "", message: "malformed" };
  const keys = issue.code === "unrecognized_keys" ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
  const message = issue.code === "unrecognized_keys" ? "unknown key" : issue.message;
  return { field: keys.join("."), message };
}

/**
 * Parses what comes in from outside.
 * @throws KubeClawError `bad-input` with one line that names the field.
 */
export function parseInput<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { field, message } = describeIssue(result.error);
  throw new KubeClawError("bad-input", field === "" ? `${what}: ${message}` : `${what}: ${field}: ${message}`, {
    cause: result.error,
  });
}
