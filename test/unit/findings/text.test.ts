import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { clock, code, cut, escapeText, lengthOf } from "../../../src/findings/text.js";
import { parseMrkdwn } from "../../../src/playground/slack/text/parse-mrkdwn.js";

const hostile = fc.string({
  unit: fc.constantFrom(
    "<",
    ">",
    "&",
    "*",
    "_",
    "~",
    "`",
    "@",
    "!",
    "|",
    " ",
    "\n",
    "a",
    "Ж",
    "😀",
    "\u202e",
    "\u200b",
    "\u0000",
  ),
});

describe("escapeText", () => {
  it.each([
    ["<!channel>", "&lt;!channel&gt;"],
    ["<@U0ANA>", "&lt;@U0ANA&gt;"],
    ["<https://evil.example|click>", "&lt;https://evil.example|click&gt;"],
    ["a & b", "a &amp; b"],
    ["&lt;", "&amp;lt;"],
    ["my_name_here", "my_name_here"],
    ["check\u202eout", "check�out"],
  ])("%j → %j", (text, escaped) => {
    expect(escapeText(text)).toBe(escaped);
  });

  /** The kinds of things that Slack reads in an escaped text. */
  const read = (text: string) =>
    new Set(
      (JSON.stringify(parseMrkdwn(escapeText(text))).match(/"type":"[a-z-]+"/g) ?? []).map((type) => type.slice(8, -1)),
    );

  it("leaves no mention and no link for Slack to read", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(escapeText(text)).not.toMatch(/[<>]/);
        const kinds = read(text);
        for (const kind of ["user", "channel", "group", "broadcast", "link"]) expect(kinds).not.toContain(kind);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["bold", "*x*"],
    ["italic", "_x_"],
    ["strike", "~x~"],
    ["code", "`x`"],
  ])("leaves no %s for Slack to read", (kind, text) => {
    expect(read(text)).not.toContain(kind);
  });
});

describe("cut", () => {
  it("leaves what fits as it is", () => {
    expect(cut("12345", 5)).toBe("12345");
  });

  it("never cuts inside an entity or a pair, and never gives more than was asked for", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 40 }), (text, length) => {
        const short = cut(escapeText(text), length);
        expect(short.length).toBeLessThanOrEqual(length);
        expect(short.isWellFormed()).toBe(true);
        expect(short.replace(/&(amp|lt|gt);/g, "")).not.toContain("&");
      }),
      { numRuns: 500 },
    );
  });
});

describe("code", () => {
  it.each([
    ["registry.local/checkout:1.9.1", "`registry.local/checkout:1.9.1`"],
    ["a`b", "`a'b`"],
    ["<!here>", "`&lt;!here&gt;`"],
    ["two\nlines", "`two lines`"],
  ])("%j → %j", (text, shown) => {
    expect(code(text)).toBe(shown);
  });

  it("has two backticks, one at each end", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(code(text).match(/`/g)).toHaveLength(2);
      }),
    );
  });
});

it.each([
  ["2026-04-02T10:01:59Z", "10:01 UTC"],
  ["2026-04-02T12:01:00+02:00", "10:01 UTC"],
  ["<!channel>", "&lt;!channel&gt;"],
])("clock: %s → %s", (time, shown) => {
  expect(clock(time)).toBe(shown);
});

it.each([
  [-5_000, "0 s"],
  [45_000, "45 s"],
  [89_499, "89 s"],
  [14 * 60_000, "14 min"],
  [3 * 3_600_000, "3 h"],
  [6 * 86_400_000, "6 days"],
])("lengthOf: %i ms → %s", (milliseconds, words) => {
  expect(lengthOf(milliseconds)).toBe(words);
});
