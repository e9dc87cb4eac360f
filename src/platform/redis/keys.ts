/** Every key of ours outside BullMQ, in one place; one prefix, so that Redis' ACLs can name it. */
export const keys = {
  input: (run: string) => `kubeclaw:run:${run}:input`,
  cancelled: (run: string) => `kubeclaw:run:${run}:cancelled`,
  verdicts: (run: string) => `kubeclaw:run:${run}:verdicts`,
  snapshot: (tenant: string, run: string) => `kubeclaw:snapshot:${tenant}:${run}`,
  spend: (run: string) => `kubeclaw:spend:${run}`,
  spendOfDay: (day: string) => `kubeclaw:spend:day:${day}`,
  card: (run: string) => `kubeclaw:card:${run}`,
  post: (run: string, key: string) => `kubeclaw:post:${run}:${key}`,
  lock: (run: string) => `kubeclaw:lock:${run}`,
  approval: (decision: string) => `kubeclaw:approval:${decision}`,
  openApprovals: "kubeclaw:approvals:open",
  waiting: (target: string) => `kubeclaw:waiting:${target}`,
  /** The newest runs that an alert belongs to, and the alerts of a run. */
  alertRuns: (fingerprint: string) => `kubeclaw:alert:${fingerprint}:runs`,
  runAlerts: (run: string) => `kubeclaw:alerts:${run}`,
  alertMessage: (channel: string, ts: string) => `kubeclaw:alert-message:${channel}:${ts}`,
  storm: (namespace: string) => `kubeclaw:storm:${namespace}`,
  mutes: "kubeclaw:mutes",
  feedback: (run: string) => `kubeclaw:feedback:${run}`,
  recentRuns: "kubeclaw:runs:recent",
  frozen: "kubeclaw:frozen",
  audit: "kubeclaw:audit",
  cancelChannel: "kubeclaw:cancel",
} as const;

/** How long each fact is kept, in seconds. */
export const keep = { day: 86_400, month: 30 * 86_400, quarter: 90 * 86_400, lock: 6 } as const;
