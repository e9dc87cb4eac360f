import { glyphOf } from "./emoji.js";
import { type Inline, isSafeUrl, type Part } from "./tree.js";

/** Loosely read: the server has validated what an app sent. */
interface RichElement {
  type: string;
  text?: string;
  url?: string;
  user_id?: string;
  usergroup_id?: string;
  channel_id?: string;
  range?: string;
  name?: string;
  timestamp?: number;
  format?: string;
  fallback?: string;
  indent?: number;
  style?: string | { bold?: boolean; italic?: boolean; strike?: boolean; code?: boolean };
  elements?: RichElement[];
}

const textNodes = (text: string): Inline[] =>
  text
    .split("\n")
    .flatMap((line, at): Inline[] => [
      ...(at > 0 ? [{ type: "break" as const }] : []),
      ...(line === "" ? [] : [{ type: "text" as const, text: line }]),
    ]);

function leafNodes(element: RichElement): Inline[] {
  const { text = "", url = "" } = element;
  switch (element.type) {
    case "text":
      return typeof element.style === "object" && element.style.code === true
        ? [{ type: "code", text }]
        : textNodes(text);
    case "link":
      return isSafeUrl(url)
        ? [{ type: "link", url, children: [{ type: "text", text: text || url }] }]
        : textNodes(text || url);
    case "user":
      return [{ type: "user", id: element.user_id ?? "" }];
    case "usergroup":
      return [{ type: "group", id: element.usergroup_id ?? "" }];
    case "channel":
      return [{ type: "channel", id: element.channel_id ?? "" }];
    case "broadcast":
      return [{ type: "broadcast", range: element.range ?? "" }];
    case "emoji": {
      const name = element.name ?? "";
      const glyph = glyphOf(name);
      return [glyph === undefined ? { type: "text", text: `:${name}:` } : { type: "emoji", name, glyph }];
    }
    case "date": {
      const { timestamp = 0, format = "", fallback = "" } = element;
      return [{ type: "date", timestamp, format, fallback }];
    }
    default:
      return textNodes(text);
  }
}

function styled(element: RichElement): Inline[] {
  let nodes = leafNodes(element);
  if (typeof element.style !== "object") return nodes;
  for (const mark of ["strike", "italic", "bold"] as const)
    if (element.style[mark] === true) nodes = [{ type: mark, children: nodes }];
  return nodes;
}

const inlines = (element: RichElement): Inline[] => (element.elements ?? []).flatMap(styled);

/** A `rich_text` block: text as data, in which nothing is markup. */
export function parseRichText(block: { elements?: unknown }): Part[] {
  return ((block.elements ?? []) as RichElement[]).map((element): Part => {
    switch (element.type) {
      case "rich_text_preformatted":
        return {
          type: "preformatted",
          text: (element.elements ?? []).map(({ text, url }) => text ?? url ?? "").join(""),
        };
      case "rich_text_quote":
        return { type: "quote", children: inlines(element) };
      case "rich_text_list": {
        const items = (element.elements ?? []).map(inlines);
        return { type: "list", ordered: element.style === "ordered", indent: element.indent ?? 0, items };
      }
      default:
        return { type: "paragraph", children: inlines(element) };
    }
  });
}
