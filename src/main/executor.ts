import { createVerifier } from "../approval/index.js";
import { type Environment, ExecutorSettings, readSettings } from "../config/index.js";
import { errorMessage } from "../domain/errors.js";
import { createRedactor } from "../domain/redaction.js";
import { execute } from "../executor/index.js";
import { createExecutionGateway } from "../platform/http/execution-gateway.js";
import { createGatewayClient } from "../platform/http/gateway-client.js";
import { KubernetesApi } from "../platform/kubernetes/api.js";
import { createExecutionCluster } from "../platform/kubernetes/execution-cluster.js";
import { createLogger } from "../platform/log/logger.js";

/** One approved plan, inside its Job. Nothing of a model is in this bundle. @returns the exit code. */
export async function runExecutor(environment: Environment): Promise<number> {
  const settings = readSettings(ExecutorSettings, environment);
  const redact = createRedactor();
  const logger = createLogger("executor", settings.LOG_LEVEL, redact).child({ run: settings.KUBECLAW_RUN });
  try {
    const outcome = await execute({
      gateway: createExecutionGateway(
        createGatewayClient(settings.KUBECLAW_GATEWAY_URL, settings.KUBECLAW_GATEWAY_TOKEN_PATH),
      ),
      cluster: createExecutionCluster(KubernetesApi.fromEnvironment(), settings.KUBECLAW_EXECUTOR_NAMESPACE),
      verify: createVerifier(settings.KUBECLAW_APPROVAL_PUBLIC_KEY),
      now: () => new Date(),
    });
    logger.info({ event: "executed", state: outcome.state, applied: outcome.applied, summary: outcome.summary });
    return 0;
  } catch (error) {
    logger.error({ event: "execution_failed", error: errorMessage(error) });
    return 1;
  }
}
