import { KubeConfig } from "@kubernetes/client-node";
import { KubeClawError } from "../../domain/errors.js";
import { describeFailure } from "./describe-failure.js";

/**
 * KUBECONFIG, else the service account of the pod, in the usual order.
 * @param context another context than the current one.
 * @throws KubeClawError `bad-settings` where the file cannot be read, `bad-input` where it has no such context.
 */
export function loadKubeConfig(context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromDefault();
  } catch (error) {
    throw new KubeClawError("bad-settings", `KUBECONFIG: cannot be read: ${describeFailure(error)}`, { cause: error });
  }
  if (context === undefined) return config;
  if (!config.getContextObject(context)) {
    const known = config.getContexts().map((entry) => entry.name);
    throw new KubeClawError(
      "bad-input",
      `--context: no context ${context} in the kubeconfig (there are: ${known.join(", ")})`,
    );
  }
  config.setCurrentContext(context);
  return config;
}
