import type { JsonObject } from "../state/ids.js";

export interface FoundElement {
  block: JsonObject;
  element: JsonObject;
}

function elementsOf(block: JsonObject): JsonObject[] {
  const { elements, accessory, element, actions, child_blocks } = block;
  const direct = [elements, actions].flatMap((list) => (Array.isArray(list) ? (list as JsonObject[]) : []));
  const single = [accessory, element].filter((each): each is JsonObject => typeof each === "object" && each !== null);
  const nested = Array.isArray(child_blocks) ? (child_blocks as JsonObject[]).flatMap(elementsOf) : [];
  const cards = block["type"] === "carousel" ? direct.flatMap(elementsOf) : [];
  return [...direct, ...single, ...nested, ...cards].filter(({ action_id }) => typeof action_id === "string");
}

/** Every element that can be used, with the block it stands in. */
export function elementsIn(blocks: readonly JsonObject[]): FoundElement[] {
  return blocks.flatMap((block) => elementsOf(block).map((element) => ({ block, element })));
}

const labelOf = ({ text }: JsonObject): unknown =>
  typeof text === "object" && text !== null ? (text as JsonObject)["text"] : text;

/** The first element that fits all that was given: its id, its label, its value. */
export function findElement(
  blocks: readonly JsonObject[],
  wanted: { action_id?: string | undefined; text?: string | undefined; value?: string | undefined },
): FoundElement | undefined {
  return elementsIn(blocks).find(({ element }) => {
    const { action_id, type, value } = element;
    const fits = wanted.action_id === undefined || action_id === wanted.action_id;
    const reads = wanted.text === undefined || labelOf(element) === wanted.text;
    const valued = wanted.value === undefined || type !== "button" || value === wanted.value;
    return fits && reads && valued;
  });
}
