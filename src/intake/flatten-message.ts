import { listAt, textAt } from "../domain/kubernetes-object.js";

/** A Slack message as plain lines, and what says whose it is and what it is about. */
export interface FlatMessage {
  /** First lines of the texts that can be a title, the most telling first. */
  titles: string[];
  lines: string[];
  footers: string[];
  /** Addresses that the message links to. They are read as text and never fetched. */
  links: string[];
  /** Colours of attachments, lower case, without the number sign. */
  colors: string[];
}

const textKeys = new Set(["text", "fallback", "pretext", "title", "value", "alt_text"]);
const linkKeys = new Set(["url", "title_link", "from_url", "original_url"]);
const deepest = 8;
const mostLines = 500;
const mostLinks = 100;
/** No field of Slack's own is longer. */
const longest = 40_000;

/** Takes Slack's own syntax out of a text: links to their label, mentions to nothing, entities to characters. */
function plain(text: string): string {
  return text
    .slice(0, longest)
    .replace(/<([^<>|]{0,3000})\|([^<>]{0,3000})>/g, "$2")
    .replace(/<[@#!][^<>]{0,200}>/g, "")
    .replace(/<([^<>]{0,3000})>/g, "$1")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}

function linksOf(text: string): string[] {
  return [...text.slice(0, longest).matchAll(/<(https?:\/\/[^<>|\s]{1,3000})/g)].map(([, url = ""]) =>
    url.replace(/&amp;/g, "&"),
  );
}

function walk(value: unknown, found: FlatMessage, depth: number): void {
  if (depth > deepest || found.lines.length > mostLines) return;
  if (Array.isArray(value)) {
    for (const entry of value) walk(entry, found, depth + 1);
  } else if (value !== null && typeof value === "object") {
    for (const [key, entry] of Object.entries(value)) {
      if (typeof entry === "string") {
        if (linkKeys.has(key)) found.links.push(entry.slice(0, 3_000));
        if (!textKeys.has(key) || key === "fallback") continue;
        found.lines.push(...plain(entry).split("\n"));
        found.links.push(...linksOf(entry));
      } else if (typeof entry === "object") walk(entry, found, depth + 1);
    }
  }
}

/** The text of the first section of a list of blocks: where apps that write blocks put their title. */
function firstSection(blocks: readonly unknown[]): string | undefined {
  return blocks.map((block) => textAt(block, "text", "text")).find((text) => text !== undefined);
}

/** Flattens text, blocks and attachments (with their fields and nested blocks) of a message event. Pure. */
export function flattenMessage(message: unknown): FlatMessage {
  const found: FlatMessage = { titles: [], lines: [], footers: [], links: [], colors: [] };
  const text = textAt(message, "text") ?? "";
  const attachments = listAt(message, "attachments").slice(0, 20);
  found.lines.push(...plain(text).split("\n"));
  found.links.push(...linksOf(text));
  walk(listAt(message, "blocks"), found, 0);
  for (const attachment of attachments) {
    for (const field of listAt(attachment, "fields").slice(0, 100))
      found.lines.push(plain(`${textAt(field, "title") ?? ""}: ${textAt(field, "value") ?? ""}`));
    walk(attachment, found, 0);
    const footer = textAt(attachment, "footer");
    if (footer !== undefined) found.footers.push(plain(footer));
    const color = textAt(attachment, "color");
    if (color !== undefined) found.colors.push(color.replace(/^#/, "").toLowerCase());
  }
  const titles = [
    text,
    ...attachments.map((entry) => textAt(entry, "title")),
    firstSection(listAt(message, "blocks")),
    ...attachments.map((entry) => firstSection(listAt(entry, "blocks"))),
    ...attachments.map((entry) => textAt(entry, "pretext")),
    ...attachments.map((entry) => textAt(entry, "fallback")),
  ];
  return {
    ...found,
    titles: titles.flatMap((title) =>
      title === undefined || title === "" ? [] : [(plain(title).split("\n")[0] ?? "").trim().slice(0, 2_500)],
    ),
    lines: found.lines
      .slice(0, mostLines * 2)
      .map((line) => line.trim().slice(0, 2_000))
      .filter((line) => line !== ""),
    links: found.links.slice(0, mostLinks),
  };
}
