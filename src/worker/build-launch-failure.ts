import { ExecutionRequest } from "../domain/execution-request.js";
import type { Fact } from "../domain/fact.js";
import { RunId } from "../domain/ids.js";

/**
 * What a thread is told of a launch that failed for good, and under which id; null where no thread can be known. The
 * payload may be what it failed for: nothing of it is relied on.
 */
export function buildLaunchFailure(
  failure: { queue: string; id: string; error: Error; payload: unknown },
  now: Date,
): { fact: Fact; id: string } | null {
  const at = now.toISOString();
  const error = `could not be launched: ${failure.error.message}`.slice(0, 500);
  if (failure.queue === "investigations") {
    const run = RunId.safeParse(failure.id).data;
    return run === undefined ? null : { fact: { kind: "ended", run, at, result: "failed", error }, id: `${run}-ended` };
  }
  const request = ExecutionRequest.safeParse(failure.payload).data;
  if (failure.queue !== "executions" || !request) return null;
  const { run, decision, investigation } = request;
  const outcome = { run, decision, state: "failed" as const, applied: false, reason: "not-launched", summary: error };
  return {
    fact: { kind: "outcome", run: investigation, at, outcome: { ...outcome, startedAt: at, finishedAt: at } },
    id: `${decision}-not-launched`,
  };
}
