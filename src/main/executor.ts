import { createVerifier } from "../approval/index.js";
import { type Environment, ExecutorSettings, readSettings } from "../config/index.js";
import { errorMessage } from "../domain/errors.js";
import { createRedactor } from "../domain/redaction.js";
import { execute } from "../executor/index.js";
import { createExecutionGateway } from "../platform/http/execution-gateway.js";
import { createGatewayClient } from "../platform/http/gateway-client.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createExecutionCluster } from "../platform/kubernetes/execution-cluster.js";
import { writeTerminationMessage } from "../platform/files/termination-message.js";
import { createLogger } from "../platform/log/logger.js";

/** How long an API server that is away may keep a check or the verification waiting; a write is never sent twice. */
const patienceMs = 45_000;
/** Its rights were given a moment before it started. */
const freshRightsMs = 5_000;

/** One approved plan, inside its Job. Nothing of a model is in this bundle. @returns the exit code. */
export async function runExecutor(environment: Environment): Promise<number> {
  const settings = readSettings(ExecutorSettings, environment);
  const redact = createRedactor();
  const logger = createLogger("executor", settings.LOG_LEVEL, redact).child({ run: settings.KUBECLAW_RUN });
  const api = KubernetesApi.fromEnvironment({ patienceMs, freshRightsMs });
  try {
    const outcome = await execute({
      gateway: createExecutionGateway(
        createGatewayClient(settings.KUBECLAW_GATEWAY_URL, settings.KUBECLAW_GATEWAY_TOKEN_PATH),
      ),
      cluster: createExecutionCluster(api, settings.KUBECLAW_EXECUTOR_NAMESPACE),
      verify: createVerifier(settings.KUBECLAW_APPROVAL_PUBLIC_KEY),
      now: () => api.now(),
    });
    logger.info({ event: "executed", state: outcome.state, applied: outcome.applied, summary: outcome.summary });
    return 0;
  } catch (error) {
    logger.error({ event: "execution_failed", error: errorMessage(error) });
    await writeTerminationMessage(redact(errorMessage(error)));
    return 1;
  }
}
