import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { parseWorld } from "../../src/playground/slack/index.js";
import { type Demo, eventually, stateOf } from "./demo.js";
import { demoForAll } from "./demo-for-all.js";

describe("an alert that comes by itself", () => {
  const { samples } = parseWorld(readFileSync("src/playground/worlds/shop.yaml", "utf8"));
  let demo: Demo;
  demoForAll((started) => {
    demo = started;
  });

  const sample = (name: string) => {
    const { name: _name, ...message } = samples.find((entry) => entry.name === name)!;
    return demo.post("messages", message);
  };

  it("is investigated once, however often it is posted", async () => {
    const first = await sample("Post sample alert");
    const card = await demo.card("alerts", ["awaiting-approval"]);
    expect(card.thread_ts).toBe(first.ts);
    await sample("Post sample alert");
    const again = await demo.post("redeliver", { last: 1, times: 2 });
    expect(again.ok).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await demo.cards("alerts")).toHaveLength(1);
  }, 40_000);

  it("edits the card when it is resolved", async () => {
    const before = (await demo.cards("alerts"))[0]!;
    await sample("Post resolved");
    const after = await eventually(async () => {
      const found = (await demo.cards("alerts"))[0];
      return found && JSON.stringify(found.blocks) !== JSON.stringify(before.blocks) ? found : undefined;
    });
    expect(JSON.stringify(after.blocks)).toMatch(/resolved/i);
    expect(await demo.cards("alerts")).toHaveLength(1);
    expect(stateOf(after)).not.toBe("investigating");
  }, 40_000);
});
