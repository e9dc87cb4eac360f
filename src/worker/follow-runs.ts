import type { AgentRun } from "../domain/agent-run.js";
import type { Reconcile } from "./reconcile.js";

/** What a watch over AgentRuns and their Jobs brings. */
export interface RunFollower {
  /** All runs of one namespace, after a (re)list: what was missed while nobody watched is found here. */
  runs(namespace: string, runs: readonly AgentRun[]): void;
  run(run: AgentRun, deleted: boolean): void;
  /** The Job of this name changed. */
  job(namespace: string, name: string): void;
  /** Looks again at every run that is not done, for what only time changes. */
  resync(): void;
}

/**
 * Keeps every unfinished run moving. One reconciliation at a time for each run; a change that comes meanwhile leads
 * to one more; a failed one is tried again at the next change or resync.
 */
export function createRunFollower(
  reconcile: Reconcile,
  isDone: (run: AgentRun) => boolean,
  onError: (run: string, error: unknown) => void,
): RunFollower {
  const known = new Map<string, AgentRun>();
  const busy = new Map<string, { again: boolean }>();
  const key = (namespace: string, name: string) => `${namespace}/${name}`;

  function step(id: string): void {
    const state = busy.get(id);
    if (state) {
      state.again = true;
      return;
    }
    const run = known.get(id);
    if (!run) return;
    busy.set(id, { again: false });
    void reconcile(run)
      .catch((error: unknown) => {
        onError(run.metadata.name, error);
      })
      .finally(() => {
        const again = busy.get(id)?.again === true;
        busy.delete(id);
        if (again) step(id);
      });
  }

  function seen(run: AgentRun): void {
    const id = key(run.metadata.namespace ?? "", run.metadata.name);
    known.set(id, run);
    step(id);
  }

  return {
    runs(namespace, runs) {
      for (const id of known.keys()) if (id.startsWith(`${namespace}/`)) known.delete(id);
      for (const run of runs) seen(run);
    },
    run(run, deleted) {
      if (deleted) known.delete(key(run.metadata.namespace ?? "", run.metadata.name));
      else seen(run);
    },
    job(namespace, name) {
      step(key(namespace, name));
    },
    resync() {
      for (const [id, run] of known) if (!isDone(run)) step(id);
    },
  };
}
