import { describe, expect, it } from "@jest/globals";
import { validateBlocks } from "../../../../../src/playground/slack/block-kit/validate-blocks.js";

type Blocks = readonly Record<string, unknown>[];

const plain = (text: string) => ({ type: "plain_text", text });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
const a = (length: number) => "a".repeat(length);
const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at));
const section = (length: number) => ({ type: "section", text: mrkdwn(a(length)) });
const button = (over: object = {}) => ({ type: "button", text: plain("Approve"), ...over });
const actions = (...elements: object[]) => ({ type: "actions", elements });
const confirm = (over: object = {}) => ({
  title: plain("t"),
  text: mrkdwn("x"),
  confirm: plain("c"),
  deny: plain("d"),
  ...over,
});
const options = (count: number) => many(count, (at) => ({ text: plain(`o${at}`), value: `v${at}` }));
const select = (over: object) => ({ type: "static_select", ...over });
const input = (element: object, over: object = {}) => ({ type: "input", label: plain("Reason"), element, ...over });
const rows = (count: number, columns: number) =>
  many(count, () => many(columns, () => ({ type: "raw_text", text: "x" })));
const richText = (text: string) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }],
});

/** Each limit twice: the most that Slack takes, and one more. */
const limits: readonly [name: string, accepted: Blocks, refused: Blocks][] = [
  ["50 blocks", many(50, () => ({ type: "divider" })), many(51, () => ({ type: "divider" }))],
  ["section text 3,000", [section(3_000)], [section(3_001)]],
  ["section text not empty", [section(1)], [section(0)]],
  ["section has text or fields", [{ type: "section", fields: [plain("x")] }], [{ type: "section" }]],
  [
    "10 fields",
    [{ type: "section", fields: many(10, () => plain("x")) }],
    [{ type: "section", fields: many(11, () => plain("x")) }],
  ],
  ["fields not empty", [{ type: "section", fields: [plain("x")] }], [{ type: "section", fields: [] }]],
  [
    "field text 2,000",
    [{ type: "section", fields: [plain(a(2_000))] }],
    [{ type: "section", fields: [plain(a(2_001))] }],
  ],
  ["header 150", [{ type: "header", text: plain(a(150)) }], [{ type: "header", text: plain(a(151)) }]],
  ["header is plain text", [{ type: "header", text: plain("x") }], [{ type: "header", text: mrkdwn("x") }]],
  [
    "10 context elements",
    [{ type: "context", elements: many(10, () => mrkdwn("x")) }],
    [{ type: "context", elements: many(11, () => mrkdwn("x")) }],
  ],
  ["25 actions", [actions(...many(25, () => button()))], [actions(...many(26, () => button()))]],
  ["actions not empty", [actions(button())], [actions()]],
  ["button text 75", [actions(button({ text: plain(a(75)) }))], [actions(button({ text: plain(a(76)) }))]],
  ["button text is plain", [actions(button())], [actions(button({ text: mrkdwn("x") }))]],
  ["button value 2,000", [actions(button({ value: a(2_000) }))], [actions(button({ value: a(2_001) }))]],
  [
    "button url 3,000",
    [actions(button({ url: `https://${a(2_992)}` }))],
    [actions(button({ url: `https://${a(2_993)}` }))],
  ],
  ["button style", [actions(button({ style: "danger" }))], [actions(button({ style: "red" }))]],
  [
    "accessibility_label 75",
    [actions(button({ accessibility_label: a(75) }))],
    [actions(button({ accessibility_label: a(76) }))],
  ],
  ["action_id 255", [actions(button({ action_id: a(255) }))], [actions(button({ action_id: a(256) }))]],
  ["block_id 255", [{ type: "divider", block_id: a(255) }], [{ type: "divider", block_id: a(256) }]],
  [
    "confirm title 100",
    [actions(button({ confirm: confirm({ title: plain(a(100)) }) }))],
    [actions(button({ confirm: confirm({ title: plain(a(101)) }) }))],
  ],
  [
    "confirm text 300",
    [actions(button({ confirm: confirm({ text: mrkdwn(a(300)) }) }))],
    [actions(button({ confirm: confirm({ text: mrkdwn(a(301)) }) }))],
  ],
  [
    "confirm button 30",
    [actions(button({ confirm: confirm({ confirm: plain(a(30)) }) }))],
    [actions(button({ confirm: confirm({ confirm: plain(a(31)) }) }))],
  ],
  [
    "deny button 30",
    [actions(button({ confirm: confirm({ deny: plain(a(30)) }) }))],
    [actions(button({ confirm: confirm({ deny: plain(a(31)) }) }))],
  ],
  ["100 options", [actions(select({ options: options(100) }))], [actions(select({ options: options(101) }))]],
  ["options not empty", [actions(select({ options: options(1) }))], [actions(select({ options: [] }))]],
  [
    "options or option_groups",
    [actions(select({ option_groups: [{ label: plain("g"), options: options(1) }] }))],
    [actions(select({ options: options(1), option_groups: [{ label: plain("g"), options: options(1) }] }))],
  ],
  [
    "option text 75",
    [actions(select({ options: [{ text: plain(a(75)), value: "v" }] }))],
    [actions(select({ options: [{ text: plain(a(76)), value: "v" }] }))],
  ],
  [
    "option value 150",
    [actions(select({ options: [{ text: plain("x"), value: a(150) }] }))],
    [actions(select({ options: [{ text: plain("x"), value: a(151) }] }))],
  ],
  [
    "5 overflow options",
    [actions({ type: "overflow", options: options(5) })],
    [actions({ type: "overflow", options: options(6) })],
  ],
  [
    "10 radio buttons",
    [actions({ type: "radio_buttons", options: options(10) })],
    [actions({ type: "radio_buttons", options: options(11) })],
  ],
  [
    "10 checkboxes",
    [actions({ type: "checkboxes", options: options(10) })],
    [actions({ type: "checkboxes", options: options(11) })],
  ],
  [
    "placeholder 150",
    [actions(select({ options: options(1), placeholder: plain(a(150)) }))],
    [actions(select({ options: options(1), placeholder: plain(a(151)) }))],
  ],
  [
    "image alt 2,000",
    [{ type: "image", image_url: "https://x/y", alt_text: a(2_000) }],
    [{ type: "image", image_url: "https://x/y", alt_text: a(2_001) }],
  ],
  [
    "image url 3,000",
    [{ type: "image", image_url: `https://${a(2_992)}`, alt_text: "x" }],
    [{ type: "image", image_url: `https://${a(2_993)}`, alt_text: "x" }],
  ],
  [
    "image has one source",
    [{ type: "image", image_url: "https://x/y", alt_text: "x" }],
    [{ type: "image", alt_text: "x" }],
  ],
  [
    "markdown 12,000 together",
    [{ type: "markdown", text: a(12_000) }],
    [
      { type: "markdown", text: a(6_001) },
      { type: "markdown", text: a(6_000) },
    ],
  ],
  [
    "input label needed",
    [input({ type: "plain_text_input" })],
    [{ type: "input", element: { type: "plain_text_input" } }],
  ],
  [
    "input max_length 3,000",
    [input({ type: "plain_text_input", max_length: 3_000 })],
    [input({ type: "plain_text_input", max_length: 3_001 })],
  ],
  ["no button in an input", [input({ type: "plain_text_input" })], [input(button())]],
  ["table 100 rows", [{ type: "table", rows: rows(100, 1) }], [{ type: "table", rows: rows(101, 1) }]],
  ["table 20 columns", [{ type: "table", rows: rows(1, 20) }], [{ type: "table", rows: rows(1, 21) }]],
  [
    "table 10,000 characters",
    [{ type: "table", rows: [[{ type: "raw_text", text: a(10_000) }]] }],
    [
      {
        type: "table",
        rows: [
          [
            { type: "raw_text", text: a(5_001) },
            { type: "raw_text", text: a(5_000) },
          ],
        ],
      },
    ],
  ],
  [
    "one table",
    [{ type: "table", rows: rows(1, 1) }],
    [
      { type: "table", rows: rows(1, 1) },
      { type: "table", rows: rows(1, 1) },
    ],
  ],
  [
    "container 10 children",
    [{ type: "container", title: plain("x"), child_blocks: many(10, () => section(1)) }],
    [{ type: "container", title: plain("x"), child_blocks: many(11, () => section(1)) }],
  ],
  [
    "container title 150",
    [{ type: "container", title: plain(a(150)), child_blocks: [section(1)] }],
    [{ type: "container", title: plain(a(151)), child_blocks: [section(1)] }],
  ],
  [
    "no input in a container",
    [{ type: "container", title: plain("x"), child_blocks: [section(1)] }],
    [{ type: "container", title: plain("x"), child_blocks: [input({ type: "plain_text_input" })] }],
  ],
  ["card body 200", [{ type: "card", body: mrkdwn(a(200)) }], [{ type: "card", body: mrkdwn(a(201)) }]],
  [
    "carousel 10 cards",
    [{ type: "carousel", elements: many(10, () => ({ type: "card", body: mrkdwn("x") })) }],
    [{ type: "carousel", elements: many(11, () => ({ type: "card", body: mrkdwn("x") })) }],
  ],
  ["rich text not empty", [richText("x")], [richText("")]],
  ["alert blocks stay out of messages", [section(1)], [{ type: "alert", text: plain("x") }]],
  ["known types only", [section(1)], [{ type: "hologram", text: plain("x") }]],
  ["no extra fields", [{ type: "divider" }], [{ type: "divider", colour: "red" }]],
  [
    "block_id once",
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "b" },
    ],
    [
      { type: "divider", block_id: "a" },
      { type: "divider", block_id: "a" },
    ],
  ],
  [
    "action_id once in a block",
    [actions(button({ action_id: "a" })), actions(button({ action_id: "a" }))],
    [actions(button({ action_id: "a" }), button({ action_id: "a" }))],
  ],
];

describe("validateBlocks", () => {
  it.each(limits)("%s", (_, accepted, refused) => {
    expect(validateBlocks(accepted, "message")).toMatchObject({ kind: "accepted" });
    expect(validateBlocks(refused, "message")).toMatchObject({ kind: "refused", error: "invalid_blocks" });
  });

  it("adds all text up: 13,000 characters pass, one more is msg_blocks_too_long", () => {
    const four = many(4, () => section(3_000));
    expect(validateBlocks([...four, section(1_000)], "message")).toMatchObject({ kind: "accepted" });
    expect(validateBlocks([...four, section(1_001)], "message")).toEqual({
      kind: "refused",
      error: "msg_blocks_too_long",
      messages: [],
    });
  });

  it("takes 100 blocks in a dialog, alerts too, but no container", () => {
    expect(
      validateBlocks(
        many(100, () => ({ type: "divider" })),
        "modal",
      ),
    ).toMatchObject({ kind: "accepted" });
    expect(
      validateBlocks(
        many(101, () => ({ type: "divider" })),
        "modal",
      ),
    ).toMatchObject({ kind: "refused" });
    expect(validateBlocks([{ type: "alert", text: plain("x") }], "modal")).toMatchObject({ kind: "accepted" });
    expect(
      validateBlocks([{ type: "container", title: plain("x"), child_blocks: [section(1)] }], "modal"),
    ).toMatchObject({ kind: "refused" });
  });

  it.each([["text"], [undefined], [{ type: "section" }], [[{}]], [["x"]]])("calls %j a wrong format", (value) => {
    expect(validateBlocks(value, "message")).toMatchObject({ error: "invalid_blocks_format" });
  });

  it("says what is wrong, and where, for every block at once", () => {
    const verdict = validateBlocks(
      [{ type: "section" }, section(3_001), actions(button({ text: undefined }))],
      "message",
    );
    expect(verdict).toMatchObject({
      messages: [
        "[ERROR] must provide text or fields [json-pointer:/blocks/0]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
        "[ERROR] missing required field: text [json-pointer:/blocks/2/elements/0/text]",
      ],
    });
  });
});
