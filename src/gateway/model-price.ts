interface Price {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
}

/** From this prompt length on, the small model costs five times as much. */
const longPromptTokens = 100_000;

/**
 * US dollars for a million tokens (platform.claude.com, October 2026). A model that is not listed costs as the dearest
 * one, so that a cap is never passed for want of a price.
 */
const prices: readonly (readonly [prefix: string, price: Price])[] = [
  ["claude-haiku-5-5", { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 }],
  ["claude-sonnet-5-5", { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 }],
  ["claude-opus-5-5", { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 }],
];
const dearest: Price = { input: 10, output: 50, cacheRead: 0.5, cacheWrite: 12.5 };

export interface TokenUse {
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
}

/** What a call cost, in US dollars. */
export function modelCost(model: string, use: TokenUse): number {
  const price = prices.find(([prefix]) => model.startsWith(prefix))?.[1] ?? dearest;
  const prompt = use.inputTokens + use.cacheReadTokens + use.cacheWriteTokens;
  const factor = model.startsWith("claude-haiku-5-5") && prompt > longPromptTokens ? 5 : 1;
  const cost =
    use.inputTokens * price.input +
    use.cacheReadTokens * price.cacheRead +
    use.cacheWriteTokens * price.cacheWrite +
    use.outputTokens * price.output;
  return (cost * factor) / 1e6;
}

/** The most that a call can reasonably cost: a token for every two bytes, all of them cache writes, and all of `max_tokens`. */
export function worstCost(model: string, requestBytes: number, maxTokens: number): number {
  return modelCost(model, {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: Math.ceil(requestBytes / 2),
    outputTokens: maxTokens,
  });
}
