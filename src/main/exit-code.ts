import { isKubeClawError } from "../domain/errors.js";

/** Exit codes: 2 for what a person must set right, 1 for a fault of ours. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return isKubeClawError(error, "bad-settings", "bad-input") ? 2 : 1;
}
