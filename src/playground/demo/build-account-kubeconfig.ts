import { type Cluster, KubeConfig } from "@kubernetes/client-node";

/** A kubeconfig of one account, which reaches and trusts the cluster just as the given entry does. Pure. */
export function buildAccountKubeconfig(cluster: Cluster, user: string, token: string): string {
  const own = new KubeConfig();
  own.loadFromOptions({
    clusters: [cluster],
    users: [{ name: user, token }],
    contexts: [{ name: "demo", cluster: cluster.name, user }],
    currentContext: "demo",
  });
  return own.exportConfig();
}
