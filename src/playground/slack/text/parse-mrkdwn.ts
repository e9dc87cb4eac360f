import { mrkdwn, parseInline, unescapeText } from "./parse-inline.js";
import type { Inline, Part } from "./tree.js";

/** Lines as they are, with a break between them. */
export function parseLines(lines: readonly string[]): Inline[] {
  return lines.flatMap((line, at): Inline[] => [
    ...(at > 0 ? [{ type: "break" as const }] : []),
    ...parseInline(line, mrkdwn),
  ]);
}

const quoteMark = /^(?:&gt;|>) ?/;

function parseProse(text: string): Part[] {
  const parts: Part[] = [];
  let lines: string[] = [];
  let quoted = false;
  const flush = () => {
    if (lines.length > 0) parts.push({ type: quoted ? "quote" : "paragraph", children: parseLines(lines) });
    lines = [];
  };
  for (const line of text.split("\n")) {
    const isQuote = quoteMark.test(line);
    if (isQuote !== quoted) flush();
    quoted = isQuote;
    lines.push(isQuote ? line.replace(quoteMark, "") : line);
  }
  flush();
  return parts;
}

/** Slack's own markup (docs.slack.dev, messaging/formatting-message-text). Never throws. */
export function parseMrkdwn(text: string): Part[] {
  return text.split(/```([\s\S]*?)```/).flatMap((piece, at, pieces): Part[] => {
    if (at % 2 === 1) return [{ type: "preformatted", text: unescapeText(piece.replace(/^\n|\n$/g, "")) }];
    // The line breaks that set preformatted text apart are not lines of their own.
    const trimmed = piece.replace(at > 0 ? /^\n/ : /^$/, "").replace(at < pieces.length - 1 ? /\n$/ : /^$/, "");
    return trimmed === "" ? [] : parseProse(trimmed);
  });
}
