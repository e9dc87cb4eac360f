import { el } from "./dom.js";
import { drawGlyphs } from "./draw-emoji.js";
import { formatDate } from "../text/format-date.js";
import type { Inline, Part } from "../text/tree.js";

/** Names for ids; an id that nobody bears is shown as it is. */
export interface Names {
  user(id: string): string;
  group(id: string): string;
  channel(id: string): string;
}

function link(url: string, ...children: (Node | string)[]): HTMLElement {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function drawInline(node: Inline, names: Names): Node {
  const children = (nodes: readonly Inline[]) => nodes.map((child) => drawInline(child, names));
  switch (node.type) {
    case "text": {
      const nodes = drawGlyphs(node.text);
      const [only] = nodes;
      return nodes.length === 1 && only !== undefined ? only : el("span", {}, ...nodes);
    }
    case "bold":
      return el("strong", {}, ...children(node.children));
    case "italic":
      return el("em", {}, ...children(node.children));
    case "strike":
      return el("s", {}, ...children(node.children));
    case "code":
      return el("code", {}, node.text);
    case "link":
      return link(node.url, ...children(node.children));
    case "user":
      return el("span", { class: "mention", "data-user-id": node.id }, `@${names.user(node.id)}`);
    case "group":
      return el("span", { class: "mention", "data-group-id": node.id }, `@${names.group(node.id)}`);
    case "channel":
      return el("span", { class: "mention" }, `#${names.channel(node.id)}`);
    case "broadcast":
      return el("span", { class: "mention" }, `@${node.range}`);
    case "date": {
      const shown = formatDate(node.timestamp, node.format, new Date());
      const time = el("time", { title: node.fallback }, shown);
      return node.url === undefined ? time : link(node.url, time);
    }
    case "emoji":
      return el("span", { "data-emoji": node.name }, ...drawGlyphs(node.glyph));
    case "break":
      return el("br");
  }
}

/** Inline text, for places that are one line. */
export function drawInlines(nodes: readonly Inline[], names: Names): Node[] {
  return nodes.map((node) => drawInline(node, names));
}

/** Understood text as elements. */
export function drawParts(parts: readonly Part[], names: Names): Node[] {
  return parts.map((part) => {
    switch (part.type) {
      case "paragraph":
        return el("p", {}, ...drawInlines(part.children, names));
      case "heading":
        return el(
          "p",
          { class: "markdown-heading", role: "heading", "aria-level": Math.min(part.level + 2, 6) },
          ...drawInlines(part.children, names),
        );
      case "quote":
        return el("blockquote", {}, ...drawInlines(part.children, names));
      case "preformatted":
        return el("pre", { tabindex: "0" }, el("code", {}, part.text));
      case "rule":
        return el("hr");
      case "list": {
        const items = part.items.map((item) => el("li", {}, ...drawInlines(item, names)));
        return el(part.ordered ? "ol" : "ul", { class: `indent-${part.indent}` }, ...items);
      }
    }
  });
}
