import Anthropic from "@anthropic-ai/sdk";
import type { ReasoningModel } from "../../agent/index.js";
import { KubeClawError } from "../../domain/errors.js";
import type { GatewayClient } from "../http/gateway-client.js";

/** What is no object was refused by the tool; it goes back as an empty one, because the API takes nothing else. */
function asObject(input: unknown): object {
  return input !== null && typeof input === "object" && !Array.isArray(input) ? input : {};
}

/** A block of an answer as it goes back in the next turn: only the fields that the gateway lets pass. */
function toSend(block: Anthropic.ContentBlock): object[] {
  if (block.type === "text") return [{ type: block.type, text: block.text }];
  if (block.type === "tool_use")
    return [{ type: block.type, id: block.id, name: block.name, input: asObject(block.input) }];
  if (block.type === "thinking") return [{ type: block.type, thinking: block.thinking, signature: block.signature }];
  if (block.type === "redacted_thinking") return [{ type: block.type, data: block.data }];
  return []; // of tools that the provider runs: none were asked for
}

/** The model as a run reaches it: the SDK, pointed at the gateway, with the pod's token and no retries of its own. */
export function createReasoningModel(gateway: GatewayClient): ReasoningModel {
  return {
    async turn({ model, maxTokens, system, messages, tools }) {
      const client = new Anthropic({
        baseURL: `${gateway.url}/anthropic`,
        apiKey: null,
        authToken: await gateway.token(),
        maxRetries: 0,
        timeout: 120_000,
        logLevel: "off",
      });
      try {
        const message = await client.messages.create({
          model,
          max_tokens: maxTokens,
          system: [{ type: "text", text: system, cache_control: { type: "ephemeral" } }],
          messages: messages as Anthropic.MessageParam[],
          tools: tools as Anthropic.Tool[],
        });
        return {
          text: message.content.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n"),
          toolCalls: message.content.flatMap((block) =>
            block.type === "tool_use" ? [{ id: block.id, name: block.name, input: block.input }] : [],
          ),
          content: message.content.flatMap(toSend),
          ...(message.stop_reason === null ? {} : { stopReason: message.stop_reason }),
        };
      } catch (error) {
        if (error instanceof Anthropic.APIError)
          throw new KubeClawError("unavailable", `model: HTTP ${String(error.status ?? "none")}`, { cause: error });
        throw error;
      }
    },
  };
}
