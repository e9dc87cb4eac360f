import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseMention } from "../../../src/intake/parse-mention.js";

const bot = "U0KUBECLAW";
const rich = (...elements: object[]) => [{ type: "rich_text", elements }];
const section = (...elements: object[]) => ({ type: "rich_text_section", elements });
const user = { type: "user", user_id: bot };

describe("the words behind a mention", () => {
  it.each([
    ["alone", `<@${bot}>`, ""],
    ["with a command", `<@${bot}> investigate deploy/checkout -n shop`, "investigate deploy/checkout -n shop"],
    ["with its name in the token", `hey <@${bot}|kubeclaw>: status`, "status"],
    ["in the first line only", `<@${bot}> status\nthanks`, "status"],
    ["behind code", `\`kubectl get po\` fails, <@${bot}>`, ""],
  ])("%s", (_what, text, words) => {
    expect(parseMention({ text }, bot)).toBe(words);
  });

  it("are also read where the client sends blocks", () => {
    const text = `<@${bot}> status`;
    expect(parseMention({ text, blocks: rich(section(user, { type: "text", text: " status" })) }, bot)).toBe("status");
    expect(parseMention({ text, blocks: rich({ type: "rich_text_list", elements: [section(user)] }) }, bot)).toBe(
      "status",
    );
  });
});

describe("nobody is spoken to", () => {
  it.each<[string, unknown]>([
    ["in code", { text: `try \`<@${bot}> status\`` }],
    ["in a block of code", { text: `\`\`\`\n<@${bot}> status\n\`\`\`` }],
    ["in a quotation", { text: `&gt; <@${bot}> status\nno` }],
    ["in a block that is quoted", { text: `<@${bot}>`, blocks: rich({ type: "rich_text_quote", elements: [user] }) }],
    [
      "in a block of code of a client",
      { text: `<@${bot}>`, blocks: rich({ type: "rich_text_preformatted", elements: [user] }) },
    ],
    ["in code within a line", { text: `<@${bot}>`, blocks: rich(section({ ...user, style: { code: true } })) }],
    ["in a link's preview", { text: "see", attachments: [{ text: `<@${bot}> status` }] }],
    ["of another name", { text: "<@U0ANA> status" }],
    ["in nothing", {}],
    ["in a text", `<@${bot}>`],
  ])("%s", (_what, message) => {
    expect(parseMention(message, bot)).toBeNull();
  });
});

it("reads anything without a throw, in little time", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.jsonValue(), (text, blocks) => {
      expect(() => parseMention({ text: `${text}<@${bot}>${text}`, blocks }, bot)).not.toThrow();
    }),
  );
  const started = performance.now();
  for (const part of ["`", "```", "&gt;", `<@${bot}|`, "\n"]) parseMention({ text: part.repeat(100_000) }, bot);
  expect(performance.now() - started).toBeLessThan(1_000);
});
