import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { parseWorld } from "../../../../../src/playground/slack/parse-world.js";
import { buildRichText } from "../../../../../src/playground/slack/people/build-rich-text.js";
import { encodeTypedText } from "../../../../../src/playground/slack/people/encode-typed-text.js";
import { Workspace } from "../../../../../src/playground/slack/state/workspace.js";

let workspace: Workspace;
beforeAll(async () => {
  const yaml = await readFile(new URL("../../../../../src/playground/worlds/shop.yaml", import.meta.url), "utf8");
  workspace = new Workspace(parseWorld(yaml));
});

describe("encodeTypedText", () => {
  it.each([
    ["@kubeclaw why?", "<@U0KUBECLAW> why?"],
    ["ask @sre or @nobody, mail a@li.example", "ask <!subteam^S0SRE> or @nobody, mail a@li.example"],
    ["in #alerts, not #7", "in <#C0ALERTS>, not #7"],
    ["a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"],
    ["see https://x.io/?a=1&b=2.", "see <https://x.io/?a=1&amp;b=2>."],
    ["already <@U0LI> and <https://x.io|x>", "already <@U0LI> and <https://x.io|x>"],
    ["`@kubeclaw` and ```#sre <x>```", "`@kubeclaw` and ```#sre &lt;x&gt;```"],
    ["<script>", "&lt;script&gt;"],
  ])("%j", (typed, sent) => {
    expect(encodeTypedText(typed, workspace)).toBe(sent);
  });
});

it("sends what was typed as rich text too", () => {
  expect(buildRichText("<@U0KUBECLAW> *now* `x &lt;`\n```a\nb```")).toMatchObject({
    type: "rich_text",
    elements: [
      {
        type: "rich_text_section",
        elements: [
          { type: "user", user_id: "U0KUBECLAW" },
          { type: "text", text: " " },
          { type: "text", text: "now", style: { bold: true } },
          { type: "text", text: " " },
          { type: "text", text: "x <", style: { code: true } },
        ],
      },
      { type: "rich_text_preformatted", elements: [{ type: "text", text: "a\nb" }] },
    ],
  });
});
