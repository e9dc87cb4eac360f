import { kubectl } from "../e2e/kubectl.js";

/** Lets investigations look at a namespace and approved plans act in it, as manifests/samples/opt-in.yaml does. */
export async function optIn(kubeconfig: string, namespace: string): Promise<void> {
  for (const [role, account] of [
    ["kubeclaw-investigator", "kubeclaw-agents:kubeclaw-agent-default"],
    ["kubeclaw-controller-actions", "kubeclaw-system:kubeclaw-controller"],
  ] as const) {
    const binding = ["create", "rolebinding", role, `--clusterrole=${role}`, `--serviceaccount=${account}`];
    await kubectl(kubeconfig, ["-n", namespace, ...binding]);
  }
}
