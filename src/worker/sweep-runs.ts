import { type AgentRun, isFinished } from "../domain/agent-run.js";
import type { RunCluster } from "./ports.js";

const keepMs = 7 * 86_400_000;

/**
 * Is a run's record not needed any more? It keeps the run's name from being used again, so it stays for longer than any
 * queue remembers the request, and an execution's for longer than its approval holds.
 */
export function isForgettable({ metadata, spec, status }: AgentRun, now: Date): boolean {
  if (!isFinished(status?.phase)) return false;
  const ended = status?.finishedAt ?? metadata.creationTimestamp;
  const times = [ended, spec.approval?.statement.expiresAt].map((time) => Date.parse(time ?? "1970"));
  const last = Math.max(...times);
  const rightsAreBack = (status?.conditions ?? []).some(({ type }) => type === "RightsTakenBack");
  return (spec.kind === "investigation" || rightsAreBack) && now.getTime() - last > keepMs;
}

/** Deletes the AgentRuns that ended more than a week ago. @returns how many. */
export async function sweepRuns(
  cluster: Pick<RunCluster, "listRuns" | "deleteRun">,
  namespaces: readonly string[],
  now: () => Date,
): Promise<number> {
  let swept = 0;
  for (const namespace of namespaces) {
    for (const run of await cluster.listRuns(namespace)) {
      if (!isForgettable(run, now())) continue;
      await cluster.deleteRun(run);
      swept += 1;
    }
  }
  return swept;
}
