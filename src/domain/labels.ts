/** Labels that every Job, Pod, AgentRun and Decision of ours carries. */
export const labels = {
  managedBy: "app.kubernetes.io/managed-by",
  run: "kubeclaw.dev/run",
  kind: "kubeclaw.dev/kind",
  tenant: "kubeclaw.dev/tenant",
  decision: "kubeclaw.dev/decision",
} as const;

export const managedBy = "kubeclaw";

/** The labels of what belongs to one run. */
export function runLabels(run: string, kind: "investigation" | "execution", tenant: string): Record<string, string> {
  return { [labels.managedBy]: managedBy, [labels.run]: run, [labels.kind]: kind, [labels.tenant]: tenant };
}
