import type { Block, Element, TextObject } from "./calls.js";
import { el, freshId } from "./dom.js";
import { drawGlyphs } from "./draw-emoji.js";
import { drawElement, drawField, type Field, type Use } from "./draw-elements.js";
import { drawInlines, drawParts, type Names } from "./draw-tree.js";
import { parseMarkdown } from "../text/parse-markdown.js";
import { parseMrkdwn } from "../text/parse-mrkdwn.js";
import { parseRichText } from "../text/parse-rich-text.js";
import { glyphOf } from "../text/emoji.js";

export interface Drawing {
  names: Names;
  use: Use;
  /** Called for every input block, so that a dialog can read and check it. */
  field?: (block: Block, field: Field, problem: HTMLElement) => void;
}

/** `plain_text` knows emoji and nothing else. */
export function plainText(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (written, name: string) => glyphOf(name) ?? written);
}

export function drawText(text: TextObject | string | undefined, names: Names): Node[] {
  if (text === undefined) return [];
  if (typeof text === "string" || text.type === "plain_text") {
    const written = plainText(typeof text === "string" ? text : text.text);
    return written.split("\n").flatMap((line, at) => [...(at > 0 ? [el("br")] : []), ...drawGlyphs(line)]);
  }
  return drawParts(parseMrkdwn(text.text), names);
}

function drawSection(block: Block, { names, use }: Drawing): HTMLElement {
  const fields = block.fields?.map((field) => el("div", { class: "field" }, ...drawText(field, names)));
  const body = el(
    "div",
    { class: "section-body" },
    ...drawText(block.text, names),
    fields && el("div", { class: "fields" }, ...fields),
  );
  return el(
    "div",
    { class: "block section" },
    body,
    block.accessory && el("div", { class: "accessory" }, drawElement(block.accessory, use)),
  );
}

function drawContextElement(element: Element, names: Names): Node {
  if (element.type === "image") return drawElement(element, () => undefined);
  const { text = "" } = element;
  const written = typeof text === "string" ? text : text.text;
  const parts = element.type === "mrkdwn" ? drawParts(parseMrkdwn(written), names) : drawGlyphs(plainText(written));
  return el("span", { class: "context-item" }, ...parts);
}

function drawInput(block: Block, { field }: Drawing): HTMLElement {
  const id = freshId("input");
  const hintId = freshId("hint");
  const optional = block.optional === true;
  const drawn = drawField(block.element ?? { type: "", action_id: "" }, id, hintId, !optional);
  const grouped = drawn.control.getAttribute("role") !== null;
  const title = plainText(block.label?.text ?? "");
  const label = el(
    grouped ? "span" : "label",
    grouped ? { id: `${id}-label` } : { for: id },
    title,
    optional && el("small", {}, " (optional)"),
  );
  if (grouped) drawn.control.setAttribute("aria-labelledby", `${id}-label`);
  const problem = el("span", { class: "problem", role: "alert" });
  field?.(block, drawn, problem);
  const hint = el("small", { id: hintId }, block.hint === undefined ? "" : plainText(block.hint.text));
  return el("div", { class: "block input", "data-block-id": block.block_id }, label, drawn.control, hint, problem);
}

function drawTable(block: Block, { names }: Drawing): HTMLElement {
  const rows = (block.rows ?? []).map((cells, at) =>
    el(
      "tr",
      {},
      ...cells.map((cell) => {
        const content = cell.type === "rich_text" ? drawParts(parseRichText(cell), names) : [cell.text ?? ""];
        return el(at === 0 ? "th" : "td", {}, ...content);
      }),
    ),
  );
  return el("div", { class: "block table", tabindex: "0" }, el("table", {}, ...rows));
}

/** A block that folds: Slack's own expander. */
function drawContainer(block: Block, drawing: Drawing): HTMLElement {
  const folded = block.is_collapsible === true && block.default_collapsed === true;
  const summary = el("summary", {}, ...drawText(block.title, drawing.names));
  return el(
    "details",
    { class: "block container", open: !folded },
    summary,
    ...(block.child_blocks ?? []).map((child) => drawBlock(child, drawing)),
  );
}

/** One block as Slack's clients lay it out; a block that the page does not know is named, not hidden. */
export function drawBlock(block: Block, drawing: Drawing): HTMLElement {
  const { names, use } = drawing;
  switch (block.type) {
    case "header":
      return el("div", { class: "block header", role: "heading", "aria-level": "3" }, ...drawText(block.text, names));
    case "section":
      return drawSection(block, drawing);
    case "context":
      return el(
        "div",
        { class: "block context" },
        ...(block.elements ?? []).map((element) => drawContextElement(element, names)),
      );
    case "divider":
      return el("hr", { class: "block" });
    case "actions":
      return el(
        "div",
        { class: "block actions" },
        ...(block.elements ?? []).map((element) => drawElement(element, use)),
      );
    case "rich_text":
      return el("div", { class: "block rich-text" }, ...drawParts(parseRichText(block), names));
    case "markdown":
      return el(
        "div",
        { class: "block markdown" },
        ...drawParts(parseMarkdown(typeof block.text === "string" ? block.text : ""), names),
      );
    case "image":
      return el(
        "div",
        { class: "block image-alt", role: "img", "aria-label": block.alt_text ?? "" },
        block.title?.text ?? block.alt_text ?? "",
      );
    case "alert":
      return el("div", { class: "block alert", role: "note" }, ...drawText(block.text, names));
    case "input":
      return drawInput(block, drawing);
    case "table":
    case "data_table":
      return drawTable(block, drawing);
    case "container":
      return drawContainer(block, drawing);
    default:
      return el(
        "div",
        { class: "block unsupported" },
        ...drawInlines([{ type: "text", text: `[block ${block.type}]` }], names),
      );
  }
}
