import { isKubeClawError, KubeClawError } from "../domain/errors.js";
import { launchMs } from "./decide-next-step.js";

const pauseMs = 2_000;
const longestPauseMs = 30_000;

/** How long launches wait for an API server that is away, overloaded or does not know us for a moment. */
export interface LaunchPatience {
  /** Milliseconds until another try; null where the failure is the launch's own and counts as an attempt. */
  after(run: string, error: unknown): number | null;
  /** The run is launched, or given up. */
  forget(run: string): void;
}

/**
 * Keeps a launch waiting, without using up its attempts, for as long as a run may wait for its Job: soon after the API
 * server is back, everything that waited goes on.
 * @param elapsedMs a clock that nobody sets.
 */
export function createLaunchPatience(elapsedMs: () => number): LaunchPatience {
  const since = new Map<string, number>();
  return {
    after(run, error) {
      if (!isKubeClawError(error) || !(error.retryable || error.code === "unauthenticated")) return null;
      const now = elapsedMs();
      const first = since.get(run) ?? now;
      since.set(run, first);
      if (now - first > launchMs)
        throw new KubeClawError(error.code, `not within two minutes: ${error.message}`, { cause: error });
      return Math.min(error.retryAfterMs ?? pauseMs, longestPauseMs);
    },
    forget(run) {
      since.delete(run);
    },
  };
}
