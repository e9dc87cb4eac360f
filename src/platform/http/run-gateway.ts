import type { RunGateway } from "../../agent/index.js";
import { MetricsAnswer, RunBriefing } from "../../domain/gateway-api.js";
import { parseInput } from "../../domain/parse-input.js";
import type { GatewayClient } from "./gateway-client.js";

/** Fits the gateway's API to the agent's port. */
export function createRunGateway(client: GatewayClient): RunGateway {
  const post = async (path: string, body: unknown): Promise<void> => {
    await client.call("POST", path, body);
  };
  return {
    briefing: async () => parseInput(RunBriefing, await client.call("GET", "/v1/run"), "the gateway's briefing"),
    metrics: async () => parseInput(MetricsAnswer, await client.ask("/v1/metrics"), "the gateway's metrics"),
    progress: (report) => post("/v1/progress", report),
    findings: (report) => post("/v1/findings", report),
    propose: (report) => post("/v1/proposals", report),
    reads: (report) => post("/v1/reads", report),
    snapshot: (gzipped) => client.upload("/v1/snapshot", gzipped),
  };
}
