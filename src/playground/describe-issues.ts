import type { z } from "zod";

/** `channels[1].members[0]`, as a person would look it up in the YAML. */
function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : `${at > 0 ? "." : ""}${String(part)}`))
    .join("");
}

/** Every field of a YAML that is wrong, with what is wrong with it, in one line. Pure. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map((issue) => `${fieldName(issue.path) || "(top level)"}: ${issue.message}`).join("; ");
}
