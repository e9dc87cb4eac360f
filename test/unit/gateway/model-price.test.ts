import { expect, it } from "@jest/globals";
import fc from "fast-check";
import { modelCost, worstCost } from "../../../src/gateway/model-price.js";

const use = { inputTokens: 10_000, outputTokens: 1_000, cacheReadTokens: 10_000, cacheWriteTokens: 10_000 };

it.each([
  ["claude-haiku-5-5", 0.00285],
  ["claude-haiku-5-5-20261001", 0.00285],
  ["claude-sonnet-5-5", 0.056],
  ["claude-opus-5-5", 0.112],
  ["a model that nobody priced", 0.28],
])("%s costs what its list says", (model, usd) => {
  expect(modelCost(model, use)).toBeCloseTo(usd, 10);
});

it("counts a long prompt of the small model five times, from the first token over the bound", () => {
  const prompt = (inputTokens: number) =>
    modelCost("claude-haiku-5-5", { inputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });
  expect(prompt(100_000)).toBeCloseTo(0.01, 10);
  expect(prompt(100_001)).toBeCloseTo(0.0500005, 10);
});

it("no call of that size costs more than was reserved for it", () => {
  const model = fc.constantFrom("claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5", "other");
  const bytes = fc.integer({ min: 2, max: 400_000 });
  fc.assert(
    fc.property(
      model,
      bytes,
      fc.integer({ min: 1, max: 4_000 }),
      fc.tuple(fc.nat(100), fc.nat(100)),
      (name, size, maxTokens, [read, write]) => {
        const prompt = Math.floor(size / 2);
        const cacheReadTokens = Math.floor((prompt * read) / 200);
        const cacheWriteTokens = Math.floor((prompt * write) / 200);
        const inputTokens = prompt - cacheReadTokens - cacheWriteTokens;
        const actual = modelCost(name, { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens: maxTokens });
        expect(actual).toBeLessThanOrEqual(worstCost(name, size, maxTokens) + 1e-12);
      },
    ),
  );
});
