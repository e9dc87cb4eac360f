import * as z from "zod";
import { cutText } from "../../domain/cut-text.js";
import { describeIssue } from "../../domain/parse-input.js";
import type { Redact } from "../../domain/redaction.js";
import type { Snapshot } from "../../domain/snapshot.js";
import type { ReadCluster, ToolSchema } from "../ports.js";

/** What every tool works in: the scope was fixed when the investigation was queued, so no tool takes a namespace. */
export interface ToolContext {
  cluster: ReadCluster;
  namespace: string;
  snapshot: Snapshot;
  redact: Redact;
}

/** Says that there is nothing to show: no claim can rest on it. */
export interface Nothing {
  nothing: string;
}

/** A text, lines that each stand alone, or nothing. */
type Result = string | readonly string[] | Nothing;

/** A call whose input was found good. */
export interface Call {
  /** The same for the same question. */
  key: string;
  /** What a person reads of it. */
  title: string;
  run(context: ToolContext): Promise<string | Nothing>;
}

export interface Tool {
  schema: ToolSchema;
  /** Takes an input as the model gave it; a malformed one gives one sentence that names the field. */
  parse(input: unknown): Call | Nothing;
}

const longestResult = 12_000;
const longestLine = 1_000;

/** True for what holds nothing that a claim could cite. */
export function isNothing(value: object | string): value is Nothing {
  return typeof value === "object" && "nothing" in value;
}

/** What was asked for, in a few words: names, kinds and numbers. */
function words(value: unknown): string[] {
  if (value !== null && typeof value === "object") return Object.values(value).flatMap(words);
  return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
}

function finish(result: string | readonly string[], redact: Redact, keep: "start" | "end"): string {
  const text =
    typeof result === "string"
      ? redact(result)
      : result.map((line) => cutText(redact(line).replace(/\s+/g, " "), longestLine)).join("\n");
  return (keep === "start" ? cutText(text, longestResult) : text.slice(-longestResult)).toWellFormed();
}

/**
 * Makes a read-only tool from its schema. Results are redacted, then cut.
 * @param tool.keep which part of a long result stays.
 */
export function defineTool<S extends z.ZodObject>(tool: {
  name: string;
  description: string;
  input: S;
  keep?: "start" | "end";
  run: (input: z.infer<S>, context: ToolContext) => Promise<Result> | Result;
}): Tool {
  const { $schema: _dropped, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  return {
    schema: { name: tool.name, description: tool.description, input_schema: schema },
    parse(input) {
      const parsed = tool.input.safeParse(input);
      if (!parsed.success) {
        const { field, message } = describeIssue(parsed.error);
        return { nothing: `input refused: ${cutText(field, 100)}${field === "" ? "" : ": "}${cutText(message, 600)}` };
      }
      return {
        key: `${tool.name} ${JSON.stringify(parsed.data)}`,
        title: cutText([tool.name, ...words(parsed.data)].join(" "), 100),
        async run(context) {
          const result = await tool.run(parsed.data, context);
          return typeof result !== "string" && isNothing(result)
            ? { nothing: finish(result.nothing, context.redact, "start") }
            : finish(result, context.redact, tool.keep ?? "start");
        },
      };
    },
  };
}
