import { open } from "node:fs/promises";

const path = "/dev/termination-log";

/**
 * Leaves the last word of a container where the kubelet puts it into the pod's status. Outside a container there is
 * no such file, and nothing is written.
 * @see https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
 */
export async function writeTerminationMessage(text: string): Promise<void> {
  const file = await open(path, "r+").catch(() => null);
  if (!file) return;
  await file.writeFile(text.slice(0, 1_000)).catch(() => undefined);
  await file.close();
}
