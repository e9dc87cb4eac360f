import * as z from "zod";

const CacheControl = z.strictObject({ type: z.literal("ephemeral") }).optional();
const Text = z.strictObject({ type: z.literal("text"), text: z.string().max(400_000), cache_control: CacheControl });

/** Blocks that carry their content with them: one that names an address would make the provider fetch it. */
const Block = z.discriminatedUnion("type", [
  Text,
  z.strictObject({
    type: z.literal("tool_use"),
    id: z.string().max(200),
    name: z.string().max(64),
    input: z.record(z.string(), z.json()),
  }),
  z.strictObject({
    type: z.literal("tool_result"),
    tool_use_id: z.string().max(200),
    content: z.union([z.string().max(400_000), z.array(Text).max(50)]),
    is_error: z.boolean().optional(),
    cache_control: CacheControl,
  }),
  z.strictObject({
    type: z.literal("thinking"),
    thinking: z.string().max(400_000),
    signature: z.string().max(100_000),
  }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string().max(400_000) }),
]);
const Content = z.union([z.string().max(400_000), z.array(Block).max(500)]);

/**
 * What of the Messages API a run may use. Everything that is not listed is refused: hosted tools, web fetch, MCP,
 * files, threads and streams would reach further than the run may.
 * @see https://platform.claude.com/docs/en/api/messages
 */
export const ModelRequest = z.strictObject({
  model: z.string().max(100),
  max_tokens: z.int().min(1),
  system: z.union([z.string().max(100_000), z.array(Text).max(10)]).optional(),
  messages: z
    .array(z.strictObject({ role: z.enum(["user", "assistant"]), content: Content }))
    .min(1)
    .max(100),
  tools: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
        description: z.string().max(2_000),
        input_schema: z.looseObject({ type: z.literal("object") }),
        cache_control: CacheControl,
      }),
    )
    .max(32)
    .optional(),
  temperature: z.number().min(0).max(1).optional(),
  stop_sequences: z.array(z.string().max(100)).max(4).optional(),
});
export type ModelRequest = z.infer<typeof ModelRequest>;
