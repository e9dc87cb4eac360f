import type { Decision } from "../domain/decision.js";
import { grantNames } from "./build-grants.js";
import { isSettled } from "./handle-message.js";
import type { ControllerCluster } from "./ports.js";

const keepMs = 30 * 86_400_000;

/**
 * Is a Decision not needed any more? It keeps a plan from being executed twice, so it stays for longer than its approval
 * holds and than any queue remembers a message about it. One that nobody answered ends with its time.
 */
export function isForgettable({ spec, status }: Decision, now: Date): boolean {
  const waits = status?.phase === undefined || status.phase === "AwaitingApproval";
  if (!isSettled(status?.phase) && !waits) return false;
  const times = [spec.expiresAt, status?.finishedAt, status?.decidedAt].filter((time) => time !== undefined);
  return now.getTime() - Math.max(...times.map((time) => Date.parse(time))) > keepMs;
}

/** Deletes the Decisions that were settled more than 30 days ago. @returns how many. */
export async function sweepDecisions(
  cluster: Pick<ControllerCluster, "listDecisions" | "deleteDecision">,
  now: () => Date,
): Promise<number> {
  const old = (await cluster.listDecisions()).filter((decision) => isForgettable(decision, now()));
  for (const decision of old) await cluster.deleteDecision(decision);
  return old.length;
}

/**
 * Takes back what a controller minted that was overtaken on the way: rights of a run that is gone, or whose rights were
 * taken back already. @returns how many runs had such rights.
 */
export async function sweepGrants(
  cluster: Pick<ControllerCluster, "mintedFor" | "findRun" | "takeBack">,
  executorNamespace: string,
): Promise<number> {
  let swept = 0;
  for (const { run, namespace } of await cluster.mintedFor()) {
    const known = await cluster.findRun(run);
    if (known && !(known.status?.conditions ?? []).some(({ type }) => type === "RightsTakenBack")) continue;
    await cluster.takeBack(grantNames(run, executorNamespace, namespace));
    swept += 1;
  }
  return swept;
}
