import { markdown, parseInline, unescapeText } from "./parse-inline.js";
import type { Inline, Part } from "./tree.js";

const listItem = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;

/** The parts that one line may be by itself; undefined for a line of a paragraph. */
function partOf(line: string): Part | undefined {
  const heading = /^(#{1,6})\s+(.+)$/.exec(line);
  if (heading !== null)
    return { type: "heading", level: heading[1]?.length ?? 1, children: parseInline(heading[2] ?? "", markdown) };
  if (/^\s*(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) return { type: "rule" };
  const item = listItem.exec(line);
  if (item !== null) {
    const [, spaces = "", number, text = ""] = item;
    const indent = Math.min(Math.floor(spaces.length / 2), 8);
    return { type: "list", ordered: number !== undefined, indent, items: [parseInline(text, markdown)] };
  }
  const quote = /^(?:&gt;|>) ?(.*)$/.exec(line);
  return quote === null ? undefined : { type: "quote", children: parseInline(quote[1] ?? "", markdown) };
}

/** Puts a part behind the others, joined with the last one when both belong together. */
function append(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  const lineBreak: Inline = { type: "break" };
  if (last?.type === "list" && part.type === "list" && last.ordered === part.ordered && last.indent === part.indent)
    last.items.push(...part.items);
  else if (
    (last?.type === "quote" && part.type === "quote") ||
    (last?.type === "paragraph" && part.type === "paragraph")
  )
    last.children.push(lineBreak, ...part.children);
  else parts.push(part);
}

function parseProse(text: string): Part[] {
  const parts: Part[] = [];
  let blank = false;
  for (const line of text.split("\n")) {
    if (line.trim() === "") {
      blank = true;
      continue;
    }
    const part = partOf(line) ?? { type: "paragraph" as const, children: parseInline(line, markdown) };
    if (blank && part.type === "paragraph") parts.push(part);
    else append(parts, part);
    blank = false;
  }
  return parts;
}

/** The common part of Markdown that the `markdown` block takes; Slack's `<…>` tokens work there too. Never throws. */
export function parseMarkdown(text: string): Part[] {
  return text
    .split(/```[^\n`]*\n?([\s\S]*?)```/)
    .flatMap((piece, at): Part[] =>
      at % 2 === 1 ? [{ type: "preformatted", text: unescapeText(piece.replace(/\n$/, "")) }] : parseProse(piece),
    );
}
