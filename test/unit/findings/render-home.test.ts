import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { type Home, renderHome } from "../../../src/findings/render-home.js";
import { validateBlocks } from "../../../src/playground/slack/block-kit/validate-blocks.js";

const empty: Home = {
  waiting: [],
  running: [],
  last: [],
  muted: [],
  spend: { usd: 0, capUsd: 20 },
  cluster: "prod-eu",
  namespaces: ["shop"],
};
const textOf = (home: Home) => JSON.stringify(renderHome(home).blocks);

it("shows what waits, what ran and what it cost", () => {
  const run = {
    subject: "deploy/checkout in shop",
    state: "awaiting-approval",
    usd: 0.031,
    link: "<https://slack/p1|the card>",
  };
  const text = textOf({ ...empty, waiting: [run], last: [{ ...run, state: "verified", usd: 0, link: null }] });
  expect(text).toContain("• deploy/checkout in shop · awaiting-approval · $0.03 · <https://slack/p1|the card>");
  expect(text).toContain("• deploy/checkout in shop · verified");
  expect(text).toContain("Today: $0.00 of $20.00 · prod-eu: shop");
});

it("says so where there is nothing", () => {
  expect(textOf(empty)).toContain("Nothing has run yet.");
});

it("passes Slack's limits whatever is in it", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }),
    fc.constantFrom("<!channel>", "\u202e", "x".repeat(40_000)),
  );
  const run = fc.record({
    subject: text,
    state: text,
    usd: fc.double({ min: 0, max: 1e6, noNaN: true }),
    link: fc.constantFrom(null, "<https://slack/p1|the card>"),
  });
  const runs = fc.array(run, { maxLength: 60 });
  fc.assert(
    fc.property(
      runs,
      runs,
      fc.array(fc.constant("`deploy/x` in `shop`"), { maxLength: 60 }),
      text,
      (waiting, last, muted, cluster) => {
        const view = renderHome({ ...empty, waiting, last, muted, cluster });
        expect(validateBlocks(view.blocks, "home").kind).toBe("accepted");
        expect(JSON.stringify(view.blocks)).not.toContain("<!");
      },
    ),
    { numRuns: 60 },
  );
});
