import { kubectl } from "../../e2e/kubectl.js";

const ours = "app.kubernetes.io/managed-by=kubeclaw";

/** Takes away what runs of a test left: accounts, rights, runs, decisions and Jobs, so that other suites begin with none. */
export async function cleanUp(kubeconfig: string): Promise<void> {
  for (const namespace of ["kubeclaw-executors", "kubeclaw-agents"])
    await kubectl(kubeconfig, [
      "-n",
      namespace,
      "delete",
      "jobs,serviceaccounts,roles,rolebindings,agentruns.kubeclaw.dev,decisions.kubeclaw.dev",
      "-l",
      ours,
      "--ignore-not-found",
      "--wait=false",
    ]);
}
