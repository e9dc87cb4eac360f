import Anthropic from "@anthropic-ai/sdk";
import type { ModelProbe } from "../../doctor/index.js";

/** Asks the Messages API's own list for one model: costs nothing, and says whether the key is good. */
export function createModelProbe(apiKey: string, baseUrl: string | undefined, model: string): ModelProbe {
  const client = new Anthropic({
    apiKey,
    maxRetries: 1,
    timeout: 15_000,
    logLevel: "off",
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
  });
  return {
    async find() {
      try {
        await client.models.retrieve(model);
      } catch (error) {
        if (error instanceof Anthropic.NotFoundError) throw new Error(`there is no model ${model}`, { cause: error });
        if (error instanceof Anthropic.AuthenticationError) throw new Error("the key is refused", { cause: error });
        if (error instanceof Anthropic.APIError)
          throw new Error(`HTTP ${String(error.status ?? "none")}`, { cause: error });
        throw error;
      }
    },
  };
}
