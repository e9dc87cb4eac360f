import { glyphOf } from "./emoji.js";
import { type Inline, isSafeUrl, joinTexts } from "./tree.js";

type Wrapper = "bold" | "italic" | "strike";

/** The marks of one kind of markup, longest first. */
export interface Dialect {
  marks: readonly (readonly [mark: string, type: Wrapper])[];
  /** Links as `[text](url)`. */
  bracketLinks: boolean;
}

export const mrkdwn: Dialect = {
  marks: [
    ["*", "bold"],
    ["_", "italic"],
    ["~", "strike"],
  ],
  bracketLinks: false,
};
export const markdown: Dialect = {
  marks: [
    ["**", "bold"],
    ["__", "bold"],
    ["~~", "strike"],
    ["*", "italic"],
    ["_", "italic"],
  ],
  bracketLinks: true,
};

/** Slack writes exactly these three as entities, and reads no others. */
export function unescapeText(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => (name === "amp" ? "&" : name === "lt" ? "<" : ">"));
}

function dateNode(target: string, label: string): Inline | undefined {
  const [, timestamp, format, url] = /^!date\^(\d{1,12})\^([^^]+)(?:\^(.+))?$/.exec(target) ?? [];
  if (timestamp === undefined || format === undefined) return undefined;
  const link = url !== undefined && isSafeUrl(url) ? { url } : {};
  return { type: "date", timestamp: Number(timestamp), format: unescapeText(format), fallback: label, ...link };
}

/** What `<…>` stands for; what is no token of Slack's is text. */
function tokenNode(inside: string): Inline {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = unescapeText(bar < 0 ? "" : inside.slice(bar + 1));
  const labelled = label === "" ? {} : { label };
  const mention = /^([@#])([A-Z0-9]+)$/.exec(target);
  if (mention?.[2] !== undefined) return { type: mention[1] === "@" ? "user" : "channel", id: mention[2], ...labelled };
  const group = /^!subteam\^([A-Z0-9]+)$/.exec(target)?.[1];
  if (group !== undefined) return { type: "group", id: group, ...labelled };
  const range = /^!(here|channel|everyone)$/.exec(target)?.[1];
  if (range !== undefined) return { type: "broadcast", range };
  const url = unescapeText(target);
  if (isSafeUrl(url))
    return { type: "link", url, children: [{ type: "text", text: label || url.replace(/^mailto:/i, "") }] };
  return dateNode(target, label) ?? { type: "text", text: label || unescapeText(target) };
}

const wordCharacter = /[\p{L}\p{N}]/u;
const isWord = (character: string | undefined) => character !== undefined && wordCharacter.test(character);

/** Where the mark that was opened at `start` closes: not after a space, not within a word, not over a line's end. */
function closingAt(text: string, mark: string, start: number): number {
  for (let at = text.indexOf(mark, start); at >= 0; at = text.indexOf(mark, at + 1)) {
    const before = text[at - 1];
    if (at > start && before !== " " && before !== mark[0] && !isWord(text[at + mark.length])) return at;
  }
  return -1;
}

interface Found {
  node: Inline;
  length: number;
}

function matchPattern(
  rest: string,
  pattern: RegExp,
  build: (match: RegExpExecArray) => Inline | undefined,
): Found | undefined {
  const match = pattern.exec(rest);
  const node = match === null ? undefined : build(match);
  return match === null || node === undefined ? undefined : { node, length: match[0].length };
}

/** A construct that starts here and has no markup inside. `rest` is cut to a bounded window, so each try is cheap. */
function atomAt(rest: string, dialect: Dialect): Found | undefined {
  switch (rest.charAt(0)) {
    case "<":
      return matchPattern(rest, /^<([^<>\n]+)>/, ([, inside = ""]) => tokenNode(inside));
    case "`":
      return matchPattern(rest, /^`([^`\n]+)`/, ([, code = ""]) => ({ type: "code", text: unescapeText(code) }));
    case ":":
      return matchPattern(rest, /^:([a-z0-9_+-]+):/, ([, name = ""]) => {
        const glyph = glyphOf(name);
        return glyph === undefined ? undefined : { type: "emoji", name, glyph };
      });
    case "&":
      return matchPattern(rest, /^&(?:amp|lt|gt);/, ([entity]) => ({ type: "text", text: unescapeText(entity) }));
    case "h":
      return matchPattern(rest, /^https?:\/\/[^\s<>|`]*[^\s<>|`.,;:!?)*_~]/, ([url]) => ({
        type: "link",
        url: unescapeText(url),
        children: [{ type: "text", text: unescapeText(url) }],
      }));
    case "[":
      return !dialect.bracketLinks
        ? undefined
        : matchPattern(rest, /^\[([^[\]\n]+)\]\(([^()\s]+)\)/, ([, text = "", url = ""]) =>
            isSafeUrl(url)
              ? { type: "link", url: unescapeText(url), children: [{ type: "text", text: unescapeText(text) }] }
              : undefined,
          );
    default:
      return undefined;
  }
}

const window = 4_000;
const special = /[<`:&h[*_~]/g;

/**
 * One line of text, without its line break. Never throws; what is not understood is text. Takes linear time: a mark that
 * found no partner once is not looked for again.
 */
export function parseInline(line: string, dialect: Dialect, open: ReadonlySet<string> = new Set()): Inline[] {
  const nodes: Inline[] = [];
  const hopeless = new Set(open);
  let at = 0;
  const takeText = (end: number) => {
    if (end > at) nodes.push({ type: "text", text: line.slice(at, end) });
    at = end;
  };
  for (;;) {
    special.lastIndex = at;
    const next = special.exec(line)?.index;
    if (next === undefined) break;
    takeText(next);
    const atom = line[at] === "h" && isWord(line[at - 1]) ? undefined : atomAt(line.slice(at, at + window), dialect);
    if (atom !== undefined) {
      nodes.push(atom.node);
      at += atom.length;
      continue;
    }
    const [mark, type] = dialect.marks.find(([candidate]) => line.startsWith(candidate, at)) ?? [];
    const after = mark === undefined ? undefined : line[at + mark.length];
    const opens =
      mark !== undefined && !hopeless.has(mark) && !isWord(line[at - 1]) && after !== undefined && after !== " ";
    const end = opens ? closingAt(line, mark, at + mark.length) : -1;
    if (mark === undefined || type === undefined || end < 0) {
      if (opens) hopeless.add(mark);
      takeText(at + (mark?.length ?? 1));
      continue;
    }
    nodes.push({ type, children: parseInline(line.slice(at + mark.length, end), dialect, new Set([...open, mark])) });
    at = end + mark.length;
  }
  takeText(line.length);
  return joinTexts(nodes);
}
