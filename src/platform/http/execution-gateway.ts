import { RunBriefing } from "../../domain/gateway-api.js";
import { parseInput } from "../../domain/parse-input.js";
import type { ExecutionGateway } from "../../executor/index.js";
import type { GatewayClient } from "./gateway-client.js";

/** Fits the gateway's API to the executor's port. */
export function createExecutionGateway(client: GatewayClient): ExecutionGateway {
  return {
    briefing: async () => parseInput(RunBriefing, await client.call("GET", "/v1/run"), "the gateway's briefing"),
    async step(report) {
      await client.call("POST", "/v1/steps", report);
    },
    async outcome(outcome) {
      await client.call("POST", "/v1/outcome", outcome);
    },
  };
}
