import { mintId, type JsonObject } from "../state/ids.js";
import { parseMrkdwn } from "../text/parse-mrkdwn.js";
import type { Inline } from "../text/tree.js";

type Style = Partial<Record<"bold" | "italic" | "strike" | "code", true>>;

function elementsOf(node: Inline, style: Style): JsonObject[] {
  const styled = Object.keys(style).length > 0 ? { style } : {};
  switch (node.type) {
    case "text":
      return [{ type: "text", text: node.text, ...styled }];
    case "bold":
    case "italic":
    case "strike":
      return node.children.flatMap((child) => elementsOf(child, { ...style, [node.type]: true }));
    case "code":
      return [{ type: "text", text: node.text, style: { ...style, code: true } }];
    case "link": {
      const label = node.children.map((child) => (child.type === "text" ? child.text : "")).join("");
      return [{ type: "link", url: node.url, ...(label === node.url ? {} : { text: label }), ...styled }];
    }
    case "user":
      return [{ type: "user", user_id: node.id, ...styled }];
    case "group":
      return [{ type: "usergroup", usergroup_id: node.id, ...styled }];
    case "channel":
      return [{ type: "channel", channel_id: node.id, ...styled }];
    case "broadcast":
      return [{ type: "broadcast", range: node.range, ...styled }];
    case "date":
      return [{ type: "date", timestamp: node.timestamp, format: node.format, fallback: node.fallback, ...styled }];
    case "emoji":
      return [{ type: "emoji", name: node.name, ...styled }];
    case "break":
      return [{ type: "text", text: "\n" }];
  }
}

const inlines = (nodes: readonly Inline[]) => nodes.flatMap((node) => elementsOf(node, {}));

/** The `rich_text` block that Slack's clients send along with what a person typed. */
export function buildRichText(encoded: string): JsonObject {
  const elements = parseMrkdwn(encoded).flatMap((part): JsonObject[] => {
    if (part.type === "preformatted")
      return [{ type: "rich_text_preformatted", border: 0, elements: [{ type: "text", text: part.text }] }];
    if (part.type === "quote") return [{ type: "rich_text_quote", elements: inlines(part.children) }];
    if (part.type === "paragraph") return [{ type: "rich_text_section", elements: inlines(part.children) }];
    return [];
  });
  return { type: "rich_text", block_id: mintId("", 5), elements };
}
