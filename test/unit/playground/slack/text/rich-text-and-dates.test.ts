import { describe, expect, it } from "@jest/globals";
import { formatDate } from "../../../../../src/playground/slack/text/format-date.js";
import { parseRichText } from "../../../../../src/playground/slack/text/parse-rich-text.js";

describe("parseRichText", () => {
  it("takes text as data, whatever it looks like", () => {
    const elements = [
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "<@U1> *x*", style: { bold: true } },
          { type: "link", url: "javascript:x", text: "no" },
        ],
      },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "*a*\n<b>" }] },
      {
        type: "rich_text_list",
        style: "ordered",
        indent: 1,
        elements: [{ type: "rich_text_section", elements: [{ type: "user", user_id: "U1" }] }],
      },
    ];
    expect(parseRichText({ elements })).toEqual([
      {
        type: "paragraph",
        children: [
          { type: "bold", children: [{ type: "text", text: "<@U1> *x*" }] },
          { type: "text", text: "no" },
        ],
      },
      { type: "preformatted", text: "*a*\n<b>" },
      { type: "list", ordered: true, indent: 1, items: [[{ type: "user", id: "U1" }]] },
    ]);
  });
});

describe("formatDate", () => {
  const now = new Date(2026, 3, 2, 12, 0, 0);
  const at = (minutesAgo: number) => now.getTime() / 1000 - minutesAgo * 60;

  it.each([
    ["{date_num} {time_secs}", 60, "2026-04-02 11:00:00"],
    ["{date_pretty} at {time}", 1_500, "yesterday at 11:00"],
    ["{date_short}", 0, "Apr 2, 2026"],
    ["{ago}", 125, "2 hours ago"],
    ["{ago}", 0.5, "just now"],
    ["{moon} {time}", 0, "{moon} 12:00"],
  ])("%s", (format, minutesAgo, shown) => {
    expect(formatDate(at(minutesAgo), format, now)).toBe(shown);
  });
});
