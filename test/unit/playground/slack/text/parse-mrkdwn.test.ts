import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseMarkdown } from "../../../../../src/playground/slack/text/parse-markdown.js";
import { parseMrkdwn } from "../../../../../src/playground/slack/text/parse-mrkdwn.js";
import type { Inline, Part } from "../../../../../src/playground/slack/text/tree.js";

/** Inline nodes of the one paragraph that a text makes. */
function line(text: string): Inline[] {
  const [part, ...rest] = parseMrkdwn(text);
  expect(rest).toEqual([]);
  return part?.type === "paragraph" ? part.children : [];
}
const text = (written: string): Inline => ({ type: "text", text: written });

function inlinesOf(part: Part): Inline[] {
  const direct = "children" in part ? part.children : part.type === "list" ? part.items.flat() : [];
  const deep = (node: Inline): Inline[] => [node, ...("children" in node ? node.children.flatMap(deep) : [])];
  return direct.flatMap(deep);
}
const allInlines = (parts: readonly Part[]) => parts.flatMap(inlinesOf);

/** What a reader reads. */
function readable(parts: readonly Part[]): string {
  return parts
    .map((part) =>
      part.type === "preformatted"
        ? part.text
        : inlinesOf(part)
            .map((node) => ("text" in node ? node.text : node.type === "break" ? "\n" : ""))
            .join(""),
    )
    .join("\n");
}

const escape = (raw: string) => raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

describe("parseMrkdwn", () => {
  it.each<[string, Inline[]]>([
    ["plain words", [text("plain words")]],
    ["*bold* move", [{ type: "bold", children: [text("bold")] }, text(" move")]],
    [
      "_it_ ~gone~",
      [{ type: "italic", children: [text("it")] }, text(" "), { type: "strike", children: [text("gone")] }],
    ],
    ["*_both_*", [{ type: "bold", children: [{ type: "italic", children: [text("both")] }] }]],
    ["2*3*4 and snake_case_name", [text("2*3*4 and snake_case_name")]],
    ["* not bold *", [text("* not bold *")]],
    ["*open", [text("*open")]],
    ["`a *b* &lt;c&gt;`", [{ type: "code", text: "a *b* <c>" }]],
    ["`&amp;lt;`", [{ type: "code", text: "&lt;" }]],
    ["a &amp; b &lt;c&gt; &quot;", [text("a & b <c> &quot;")]],
    ["&amp;lt;", [text("&lt;")]],
    ["<https://x.io/?a=1&amp;b=2|see>", [{ type: "link", url: "https://x.io/?a=1&b=2", children: [text("see")] }]],
    ["<https://x.io>", [{ type: "link", url: "https://x.io", children: [text("https://x.io")] }]],
    [
      "see https://x.io/a.",
      [text("see "), { type: "link", url: "https://x.io/a", children: [text("https://x.io/a")] }, text(".")],
    ],
    ["<javascript:alert(1)|click>", [text("click")]],
    [
      "<@U0ANA> <#C0SRE|sre>",
      [{ type: "user", id: "U0ANA" }, text(" "), { type: "channel", id: "C0SRE", label: "sre" }],
    ],
    ["<!subteam^S0SRE> <!here>", [{ type: "group", id: "S0SRE" }, text(" "), { type: "broadcast", range: "here" }]],
    [
      "<!date^1775120472^{time}|10:01>",
      [{ type: "date", timestamp: 1_775_120_472, format: "{time}", fallback: "10:01" }],
    ],
    ["<!unknown^x|shown>", [text("shown")]],
    [":red_circle: :nope: 10:15:22", [{ type: "emoji", name: "red_circle", glyph: "🔴" }, text(" :nope: 10:15:22")]],
    ["a\nb", [text("a"), { type: "break" }, text("b")]],
  ])("%j", (written, nodes) => {
    expect(line(written)).toEqual(nodes);
  });

  it("knows quotes and preformatted text", () => {
    expect(parseMrkdwn("before\n&gt; one\n> two\n```\n*raw* &lt;\n```\nafter")).toEqual([
      { type: "paragraph", children: [text("before")] },
      { type: "quote", children: [text("one"), { type: "break" }, text("two")] },
      { type: "preformatted", text: "*raw* <" },
      { type: "paragraph", children: [text("after")] },
    ]);
  });
});

describe("parseMarkdown", () => {
  it("knows headings, lists, emphasis, links, code and rules", () => {
    const written =
      "# Title\nSome **bold** and *it* ~~no~~\n\n- one\n- two\n1. first\n---\n[see](https://x.io) [bad](javascript:x)\n```sh\nls\n```";
    expect(parseMarkdown(written)).toEqual([
      { type: "heading", level: 1, children: [text("Title")] },
      {
        type: "paragraph",
        children: [
          text("Some "),
          { type: "bold", children: [text("bold")] },
          text(" and "),
          { type: "italic", children: [text("it")] },
          text(" "),
          { type: "strike", children: [text("no")] },
        ],
      },
      { type: "list", ordered: false, indent: 0, items: [[text("one")], [text("two")]] },
      { type: "list", ordered: true, indent: 0, items: [[text("first")]] },
      { type: "rule" },
      {
        type: "paragraph",
        children: [{ type: "link", url: "https://x.io", children: [text("see")] }, text(" [bad](javascript:x)")],
      },
      { type: "preformatted", text: "ls" },
    ]);
  });
});

const markupSoup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "*",
        "_",
        "~",
        "`",
        "```",
        "<",
        ">",
        "|",
        "&",
        "&lt;",
        ":",
        "\n",
        "[",
        "](",
        ")",
        "@U1",
        "!date^1^{ago}",
        "https://x",
        "javascript:",
        " ",
      ),
      fc.string({ maxLength: 5 }),
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(""));

describe("any text", () => {
  it("never throws, and makes no link but to http, mailto and tel", () => {
    fc.assert(
      fc.property(markupSoup, (written) => {
        for (const node of [...allInlines(parseMrkdwn(written)), ...allInlines(parseMarkdown(written))])
          if (node.type === "link") expect(node.url).toMatch(/^(https?:\/\/|mailto:|tel:)/i);
      }),
      { numRuns: 500 },
    );
  });

  it("stays text when it was escaped: no mention, no labelled link, no date, no broadcast", () => {
    fc.assert(
      fc.property(markupSoup, (raw) => {
        const kinds = new Set(["user", "group", "channel", "broadcast", "date"]);
        for (const node of allInlines(parseMrkdwn(escape(raw)))) {
          expect(kinds.has(node.type)).toBe(false);
          if (node.type === "link") expect(node.children).toEqual([text(node.url)]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads as it was written when it holds no markup characters", () => {
    const harmless = fc.string({ maxLength: 80 }).map((raw) => raw.replace(/[*_~`:<>\n\r]|https?/g, ""));
    fc.assert(
      fc.property(harmless, (raw) => {
        expect(readable(parseMrkdwn(escape(raw)))).toBe(raw);
      }),
    );
  });

  it("is searched once for each mark that never closes, not once for each place where it stands", () => {
    const indexOf = Object.getOwnPropertyDescriptor(String.prototype, "indexOf");
    const search = indexOf?.value as (this: string, wanted: string, from?: number) => number;
    let searches = 0;
    const counted = function (this: string, wanted: string, from?: number): number {
      searches += 1;
      if (searches > 40_000) throw new Error("too many searches");
      return search.call(this, wanted, from);
    };
    Object.defineProperty(String.prototype, "indexOf", { ...indexOf, value: counted });
    try {
      for (const piece of ["*a ", "_a ", "~a "]) {
        parseMrkdwn(piece.repeat(3_000));
        parseMarkdown(piece.repeat(3_000));
      }
    } finally {
      if (indexOf !== undefined) Object.defineProperty(String.prototype, "indexOf", indexOf);
    }
    expect(searches).toBeGreaterThan(0);
  });
});
