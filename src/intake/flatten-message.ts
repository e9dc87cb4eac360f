import { listAt, textAt } from "../domain/kubernetes-object.js";

/** A Slack message as plain lines, and the titles that say what it is about. */
export interface FlatMessage {
  titles: string[];
  lines: string[];
}

const textKeys = new Set(["text", "fallback", "pretext", "title", "value", "alt_text"]);
const deepest = 8;

/** Takes Slack's own syntax out of a text: links to their label, mentions to nothing, entities to characters. */
function plain(text: string): string {
  return text
    .replace(/<([^<>|]{0,3000})\|([^<>]{0,3000})>/g, "$2")
    .replace(/<[@#!][^<>]{0,200}>/g, "")
    .replace(/<([^<>]{0,3000})>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

function walk(value: unknown, lines: string[], depth: number): void {
  if (depth > deepest || lines.length > 500) return;
  if (Array.isArray(value)) {
    for (const entry of value) walk(entry, lines, depth + 1);
  } else if (value !== null && typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry === "string" && textKeys.has(key) && key !== "fallback") lines.push(...plain(entry).split("\n"));
      else if (typeof entry === "object") walk(entry, lines, depth + 1);
    }
  }
}

/** Flattens text, blocks and attachments (with their fields and nested blocks) of a message event. Pure. */
export function flattenMessage(message: unknown): FlatMessage {
  const attachments = listAt(message, "attachments");
  const titles = [
    textAt(message, "text"),
    ...attachments.map((entry) => textAt(entry, "title")),
    ...attachments.map((entry) => textAt(entry, "fallback")),
  ];
  const lines: string[] = plain(textAt(message, "text") ?? "").split("\n");
  walk(listAt(message, "blocks"), lines, 0);
  for (const attachment of attachments) {
    for (const field of listAt(attachment, "fields"))
      lines.push(plain(`${textAt(field, "title") ?? ""}: ${textAt(field, "value") ?? ""}`));
    walk(attachment, lines, 0);
  }
  return {
    titles: titles.flatMap((title) => (title === undefined || title === "" ? [] : [plain(title).split("\n")[0] ?? ""])),
    lines: lines.map((line) => line.trim()).filter((line) => line !== ""),
  };
}
