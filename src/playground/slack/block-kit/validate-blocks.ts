import * as z from "zod";
import type { JsonObject } from "../state/ids.js";
import { Block, surfacesOf, type Surface } from "./blocks.js";

const maxBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };
const maxMarkdown = 12_000;
const maxTableText = 10_000;
/** Not documented by Slack; reports put the refusal between 11,000 and 13,200 characters. */
const maxTotalText = 13_000;

export type BlocksVerdict =
  | { kind: "accepted"; blocks: JsonObject[] }
  | { kind: "refused"; error: "invalid_blocks" | "invalid_blocks_format" | "msg_blocks_too_long"; messages: string[] };

const pointer = (path: readonly PropertyKey[]) => `[json-pointer:/${path.map(String).join("/")}]`;

function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") return `invalid additional property: ${issue.keys.join(", ")}`;
  if (issue.code === "invalid_union") return "unsupported type";
  if (issue.code === "too_big" && issue.origin === "array") return `no more than ${issue.maximum} items allowed`;
  if (issue.code === "too_small" && issue.origin === "array") return `must have at least ${issue.minimum} items`;
  if (issue.code === "invalid_type" && issue.input === undefined)
    return `missing required field: ${String(issue.path.at(-1))}`;
  return issue.message;
}

/** Walks every object in the blocks. */
function* objectsIn(value: unknown): Generator<JsonObject> {
  if (Array.isArray(value)) for (const item of value) yield* objectsIn(item);
  else if (typeof value === "object" && value !== null) {
    yield value as JsonObject;
    for (const item of Object.values(value)) yield* objectsIn(item);
  }
}

/** Everything that a reader could read: the `text` of text objects, rich text, markdown and table cells. */
function textLength(value: unknown): number {
  let length = 0;
  for (const { text } of objectsIn(value)) if (typeof text === "string") length += text.length;
  return length;
}

const quoted = (id: unknown) => `\`${typeof id === "string" ? id : ""}\``;

function repeatedIds(blocks: readonly JsonObject[]): string[] {
  const problems: string[] = [];
  const blockIds = new Set<unknown>();
  blocks.forEach((block, at) => {
    const { block_id, ...content } = block;
    if (block_id !== undefined && blockIds.has(block_id))
      problems.push(`[ERROR] block_id ${quoted(block_id)} already exists ${pointer(["blocks", at, "block_id"])}`);
    blockIds.add(block_id);
    const actionIds = new Set<unknown>();
    for (const { action_id } of objectsIn(content)) {
      if (action_id === undefined) continue;
      if (actionIds.has(action_id))
        problems.push(
          `[ERROR] action_id ${quoted(action_id)} already exists for this block ${pointer(["blocks", at])}`,
        );
      actionIds.add(action_id);
    }
  });
  return problems;
}

function sizeProblems(blocks: readonly JsonObject[]): string[] {
  const ofType = (...types: string[]) => blocks.filter(({ type }) => types.includes(String(type)));
  const problems: string[] = [];
  if (textLength(ofType("markdown")) > maxMarkdown)
    problems.push(
      `[ERROR] markdown blocks must be less than ${maxMarkdown + 1} characters together [json-pointer:/blocks]`,
    );
  if (textLength(ofType("table", "data_table")) > maxTableText)
    problems.push(`[ERROR] tables must be less than ${maxTableText + 1} characters together [json-pointer:/blocks]`);
  if (ofType("table").length > 1) problems.push("[ERROR] only one table is allowed [json-pointer:/blocks]");
  return problems;
}

/**
 * What Slack checks before it takes blocks: shape, counts, lengths, ids that occur twice (`block_id` in the message,
 * `action_id` in its block), blocks that have no place on this surface, and for messages the sum of all text.
 */
export function validateBlocks(value: unknown, surface: Surface): BlocksVerdict {
  const list = z.array(z.looseObject({ type: z.string() })).safeParse(value);
  if (!list.success) return { kind: "refused", error: "invalid_blocks_format", messages: [] };
  const blocks: JsonObject[] = list.data;
  const messages: string[] = [];
  if (blocks.length > maxBlocks[surface])
    messages.push(`[ERROR] no more than ${maxBlocks[surface]} items allowed [json-pointer:/blocks]`);
  blocks.forEach((block, at) => {
    const { type } = block;
    const surfaces = Object.entries(surfacesOf).find(([known]) => known === type)?.[1];
    const parsed = Block.safeParse(block, { reportInput: true });
    if (!surfaces?.includes(surface))
      messages.push(`[ERROR] unsupported type: ${String(type)} ${pointer(["blocks", at, "type"])}`);
    else if (!parsed.success)
      messages.push(
        ...parsed.error.issues.map((issue) => `[ERROR] ${wording(issue)} ${pointer(["blocks", at, ...issue.path])}`),
      );
  });
  messages.push(...repeatedIds(blocks), ...sizeProblems(blocks));
  if (messages.length > 0) return { kind: "refused", error: "invalid_blocks", messages };
  if (surface === "message" && textLength(blocks) > maxTotalText)
    return { kind: "refused", error: "msg_blocks_too_long", messages: [] };
  return { kind: "accepted", blocks };
}
