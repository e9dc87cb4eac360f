import Anthropic from "@anthropic-ai/sdk";
import * as z from "zod";
import { KubeClawError } from "../../domain/errors.js";
import type { ModelUpstream } from "../../gateway/index.js";

const count = z.int().min(0);
/** What an answer must have to be one; the rest passes as it is. */
const Reply = z.looseObject({
  content: z.array(z.looseObject({ type: z.string() })),
  usage: z.looseObject({
    input_tokens: count,
    output_tokens: count,
    cache_read_input_tokens: count.nullish(),
    cache_creation_input_tokens: count.nullish(),
  }),
});

function failed(error: unknown): KubeClawError {
  if (!(error instanceof Anthropic.APIError) || error.status === undefined)
    return new KubeClawError("unexpected", "the model's answer did not arrive", { retryable: true, cause: error });
  const headers = error.headers as Headers | undefined;
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  const wait = Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
  // A limit of money does not pass by waiting, and Slack's reader waits for the rules' answer.
  const retryable = headers?.get("x-should-retry") !== "false" && (error.status === 429 || error.status >= 500);
  const options = { retryable, ...wait, cause: error };
  return error.status === 429
    ? new KubeClawError("throttled", "the model's rate limit is reached", options)
    : new KubeClawError("unavailable", `the model answered HTTP ${error.status}`, options);
}

/** The Messages API with the installation's key. It does not retry: every request is one that the caps have counted. */
export function createModelUpstream(apiKey: string, baseUrl: string | undefined): ModelUpstream {
  const client = new Anthropic({
    apiKey,
    maxRetries: 0,
    timeout: 90_000,
    logLevel: "off",
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    async create(body) {
      const answer: unknown = await client.messages
        .create(body as unknown as Anthropic.MessageCreateParamsNonStreaming)
        .catch((error: unknown) => {
          throw failed(error);
        });
      const reply = Reply.safeParse(answer);
      if (!reply.success) throw new KubeClawError("unexpected", "the model's answer is none", { cause: reply.error });
      const { usage } = reply.data;
      return {
        body: reply.data,
        inputTokens: usage.input_tokens,
        outputTokens: usage.output_tokens,
        cacheReadTokens: usage.cache_read_input_tokens ?? 0,
        cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
      };
    },
  };
}
