/** The cluster of a demo: the replay cluster, or a real one. */
export interface DemoCluster {
  url: string;
  /** What Jobs run. */
  image: string;
  /** This machine, as a Job reaches it. */
  gatewayHost: string;
  /** The text of a kubeconfig with a token of one service account. */
  kubeconfig(account: { namespace: string; name: string }): Promise<string>;
}
