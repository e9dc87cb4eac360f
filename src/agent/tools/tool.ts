import * as z from "zod";
import type { Snapshot } from "../../domain/snapshot.js";
import type { ReadCluster, ToolSchema } from "../ports.js";
import type { Redact } from "../../domain/redaction.js";

/** What every tool works in: the scope was fixed when the investigation was queued, so no tool takes a namespace. */
export interface ToolContext {
  cluster: ReadCluster;
  namespace: string;
  snapshot: Snapshot;
  redact: Redact;
}

export interface Tool {
  schema: ToolSchema;
  /** Runs with an input as the model gave it; a malformed one gives a text that names the field. */
  call(input: unknown, context: ToolContext): Promise<string>;
}

const longestResult = 12_000;

/** Makes a read-only tool from its schema. Results are redacted and cut. */
export function defineTool<S extends z.ZodObject>(tool: {
  name: string;
  description: string;
  input: S;
  run: (input: z.infer<S>, context: ToolContext) => Promise<string> | string;
}): Tool {
  const { $schema: _dropped, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  return {
    schema: { name: tool.name, description: tool.description, input_schema: schema },
    async call(input, context) {
      const parsed = tool.input.safeParse(input);
      if (!parsed.success) return `input refused: ${z.prettifyError(parsed.error)}`;
      return context.redact(await tool.run(parsed.data, context)).slice(0, longestResult);
    },
  };
}
