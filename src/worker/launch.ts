import type { RunInput } from "../domain/run-input.js";
import { buildAgentRun, type RunNamespaces } from "./build-agent-run.js";
import type { Audit, RunCluster, RunInputs, Tell } from "./ports.js";
import type { Reconcile } from "./reconcile.js";

/**
 * Launches a run: input for its pod, audit record, AgentRun, then the first reconciliation, which creates the Job.
 * Every step may be repeated; the names in the API server make the repeats harmless.
 */
export function createLaunch(deps: {
  cluster: RunCluster;
  inputs: RunInputs;
  tell: Tell;
  audit: Audit;
  namespaces: RunNamespaces;
  reconcile: Reconcile;
  now: () => Date;
  onError: (run: string, error: unknown) => void;
}): (input: RunInput) => Promise<void> {
  const { cluster, inputs, tell, audit, namespaces, reconcile, now, onError } = deps;
  return async (input) => {
    const wanted = buildAgentRun(input, namespaces);
    await inputs.put(input);
    // Whoever took the request may have died, or lost Redis, before the thread was told; the id makes it one telling.
    // Before the cluster is asked: a launch that fails can then be told, too.
    if (input.kind === "investigation") {
      const { request } = input;
      const fact = { kind: "requested" as const, run: request.run, at: request.requestedAt, request };
      await tell(fact, `${request.run}-requested`);
    }
    const known = await cluster.findRun(wanted.metadata.namespace ?? "", wanted.metadata.name);
    if (!known) {
      await audit({
        at: now().toISOString(),
        kind: "run.created",
        actor: { kind: "system", id: "worker" },
        run: wanted.metadata.name,
        subject: wanted.spec.subject,
        detail: { kind: wanted.spec.kind },
      });
    }
    const run = known ?? (await cluster.ensureRun(wanted));
    // From here on the AgentRun is the record: what fails now is tried again by whoever follows it.
    await reconcile(run).catch((error: unknown) => {
      onError(run.metadata.name, error);
    });
  };
}
