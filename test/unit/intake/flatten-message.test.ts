import { expect, it } from "@jest/globals";
import { flattenMessage } from "../../../src/intake/flatten-message.js";

it("takes Slack's own syntax out: links to their label, mentions to nothing, entities to characters", () => {
  const text = "<!channel> see <https://grafana/d/1|the board> or <https://runbook> &lt;b&gt; a &amp;&amp; b <@U0ANA>";
  expect(flattenMessage({ text }).lines).toEqual(["see the board or https://runbook <b> a && b"]);
});

it("reads text, blocks, attachments, their fields and their blocks; empty lines go", () => {
  const message = {
    text: "top\n\n",
    blocks: [{ type: "section", text: { type: "mrkdwn", text: "block" }, fields: [{ type: "mrkdwn", text: "field" }] }],
    attachments: [
      {
        title: "title",
        fallback: "fallback",
        text: "attached",
        fields: [{ title: "namespace", value: "shop" }],
        blocks: [
          { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "rich" }] }] },
        ],
      },
    ],
  };
  const { titles, lines } = flattenMessage(message);
  expect(titles).toEqual(["top", "title", "block", "fallback"]);
  for (const line of ["top", "block", "field", "namespace: shop", "attached", "rich"]) expect(lines).toContain(line);
  expect(lines).not.toContain("");
});

it("of a title takes the first line", () => {
  expect(flattenMessage({ text: "[FIRING:1] X\nmore" }).titles).toEqual(["[FIRING:1] X"]);
});

it.each([undefined, null, 7, "x", [], { attachments: [null, 7] }, { blocks: "x" }])("does not mind %j", (message) => {
  expect(() => flattenMessage(message)).not.toThrow();
});
