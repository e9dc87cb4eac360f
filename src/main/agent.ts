import { readFile } from "node:fs/promises";
import { investigate } from "../agent/index.js";
import { type Environment, JobSettings, readSettings } from "../config/index.js";
import { errorMessage } from "../domain/errors.js";
import { createRedactor } from "../domain/redaction.js";
import { createGatewayClient } from "../platform/http/gateway-client.js";
import { createRunGateway } from "../platform/http/run-gateway.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createReadCluster } from "../platform/kubernetes/read-cluster.js";
import { writeTerminationMessage } from "../platform/files/termination-message.js";
import { createLogger } from "../platform/log/logger.js";

/** How long an API server that is away may keep an investigation waiting. */
const patienceMs = 45_000;

/** The words behind the front matter of a prompt. */
async function readPrompt(name: string): Promise<string> {
  const text = await readFile(new URL(`../prompts/${name}.md`, import.meta.url), "utf8");
  return text.replace(/^---\n[\s\S]*?\n---\n/, "").trim();
}

/** One investigation, inside its Job. @returns the exit code. */
export async function runAgent(environment: Environment): Promise<number> {
  const settings = readSettings(JobSettings, environment);
  const redact = createRedactor();
  const logger = createLogger("agent", settings.LOG_LEVEL, redact).child({ run: settings.KUBECLAW_RUN });
  const client = createGatewayClient(settings.KUBECLAW_GATEWAY_URL, settings.KUBECLAW_GATEWAY_TOKEN_PATH);
  const api = KubernetesApi.fromEnvironment({ patienceMs });
  try {
    const answer = await investigate({
      gateway: createRunGateway(client),
      cluster: createReadCluster(api),
      // The SDK is large and rarely needed: it is loaded when it is.
      async openModel() {
        const { createReasoningModel } = await import("../platform/anthropic/reasoning-model.js");
        return { model: createReasoningModel(client), system: await readPrompt("investigate") };
      },
      redact,
      now: () => api.now(),
    });
    logger.info({ event: "investigated", status: answer.status, verdicts: answer.verdicts.length, cost: answer.cost });
    return 0;
  } catch (error) {
    logger.error({ event: "investigation_failed", error: errorMessage(error) });
    await writeTerminationMessage(redact(errorMessage(error)));
    return 1;
  }
}
