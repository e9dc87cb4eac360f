/** The audience of the token that a Job pod shows to the gateway; the API server refuses a token with it. */
export const gatewayAudience = "kubeclaw-gateway";

/** The service account of a tenant's investigations; what it may read is bound by the installer. */
export function investigatorAccount(tenant: string): string {
  return `kubeclaw-agent-${tenant}`;
}

/** The service account of one execution: minted for it, taken back after it. */
export function executorAccount(run: string): string {
  return `kubeclaw-executor-${run}`;
}
