import type { AgentRun } from "../domain/agent-run.js";
import type { Reconcile } from "./reconcile.js";

/** What a watch over AgentRuns and their Jobs brings. */
export interface RunFollower {
  /** All runs of one namespace, after a (re)list: what was missed while nobody watched is found here. */
  runs(namespace: string, runs: readonly AgentRun[]): void;
  run(run: AgentRun, deleted: boolean): void;
  /** The Job of this name changed; `over` when nothing more will happen to it. */
  job(namespace: string, name: string, over: boolean): void;
  /** Looks again at every run that is not done, for what only time changes. */
  resync(): void;
}

/**
 * Keeps every unfinished run moving. One reconciliation at a time for each run; a change that comes meanwhile leads
 * to one more; a failed one is tried again at the next change or resync. What is done is not looked at again for being
 * listed: there may be thousands of them.
 */
export function createRunFollower(deps: {
  reconcile: Reconcile;
  isDone: (run: AgentRun) => boolean;
  /** A run that was not done is not there any more. */
  onLost: (run: AgentRun) => Promise<void>;
  onError: (run: string, error: unknown) => void;
}): RunFollower {
  const { reconcile, isDone, onLost, onError } = deps;
  const known = new Map<string, AgentRun>();
  const busy = new Map<string, { again: boolean }>();
  const key = (namespace: string, name: string) => `${namespace}/${name}`;
  const idOf = ({ metadata }: AgentRun) => key(metadata.namespace ?? "", metadata.name);

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

  function forget(id: string, run: AgentRun): void {
    const last = known.get(id) ?? run;
    known.delete(id);
    if (isDone(last) || isDone(run)) return;
    onLost(run).catch((error: unknown) => {
      onError(run.metadata.name, error);
    });
  }

  return {
    runs(namespace, runs) {
      const gone = new Map([...known].filter(([id]) => id.startsWith(`${namespace}/`)));
      for (const run of runs) {
        const id = idOf(run);
        gone.delete(id);
        known.set(id, run);
        if (!isDone(run)) step(id);
      }
      for (const [id, run] of gone) forget(id, run);
    },
    run(run, deleted) {
      const id = idOf(run);
      if (deleted) {
        forget(id, run);
        return;
      }
      known.set(id, run);
      step(id);
    },
    job(namespace, name, over) {
      const id = key(namespace, name);
      const run = known.get(id);
      if (run && !(over && isDone(run))) step(id);
    },
    resync() {
      for (const [id, run] of known) if (!isDone(run)) step(id);
    },
  };
}
