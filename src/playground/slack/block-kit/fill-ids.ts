import { mintId, type JsonObject } from "../state/ids.js";

const actionable =
  /^(button|workflow_button|overflow|radio_buttons|checkboxes|icon_button|feedback_buttons|.*picker|.*_select|.*_input)$/;

/** Elements by what they are, wherever they sit: Slack gives an id to each that came without one. */
function fillElement(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fillElement);
  if (typeof value !== "object" || value === null) return value;
  const filled: JsonObject = {};
  for (const [key, part] of Object.entries(value)) filled[key] = fillElement(part);
  if (filled["type"] === "plain_text") filled["emoji"] ??= true;
  if (filled["type"] === "mrkdwn") filled["verbatim"] ??= false;
  if (typeof filled["type"] === "string" && actionable.test(filled["type"])) filled["action_id"] ??= mintId("", 5);
  return filled;
}

/** Blocks as Slack stores them: every block and every element with an id, text objects with their defaults. */
export function fillIds(blocks: readonly JsonObject[]): JsonObject[] {
  return blocks.map((block) => {
    const filled = fillElement(block) as JsonObject;
    filled["block_id"] ??= mintId("", 5);
    if (filled["type"] === "input") Object.assign(filled, { optional: false, dispatch_action: false, ...filled });
    return filled;
  });
}
