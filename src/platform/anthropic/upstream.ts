import Anthropic from "@anthropic-ai/sdk";
import { KubeClawError } from "../../domain/errors.js";
import type { ModelUpstream } from "../../gateway/index.js";

/** The Messages API with the installation's key: the one layer that retries (429, 529, 5xx, broken connections). */
export function createModelUpstream(apiKey: string, baseUrl: string | undefined): ModelUpstream {
  const client = new Anthropic({
    apiKey,
    maxRetries: 2,
    timeout: 90_000,
    logLevel: "off",
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    async create(body) {
      try {
        const message = await client.messages.create(body as unknown as Anthropic.MessageCreateParamsNonStreaming);
        const { usage } = message;
        return {
          body: message as unknown as Record<string, unknown>,
          inputTokens: usage.input_tokens,
          outputTokens: usage.output_tokens,
          cacheReadTokens: usage.cache_read_input_tokens ?? 0,
          cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
        };
      } catch (error) {
        if (error instanceof Anthropic.RateLimitError)
          throw new KubeClawError("throttled", "the model's rate limit is reached", { cause: error });
        if (error instanceof Anthropic.APIError)
          throw new KubeClawError("unavailable", `the model answered HTTP ${String(error.status ?? "none")}`, {
            cause: error,
          });
        throw error;
      }
    },
  };
}
