import { at, textAt } from "../../domain/kubernetes-object.js";

/**
 * Why a call brought no answer, in a few words: the client says "fetch failed", and keeps the reason in its cause.
 * @see https://nodejs.org/api/errors.html#errorcause
 */
export function describeFailure(error: unknown): string {
  let deepest: unknown = error;
  for (let depth = 0; depth < 5 && at(deepest, "cause") !== undefined; depth += 1) deepest = at(deepest, "cause");
  if (textAt(deepest, "name") === "TimeoutError") return "no answer in time";
  const code = textAt(deepest, "code");
  const message = textAt(deepest, "message")?.split("\n", 1)[0]; // parsers draw where they stopped
  if (message === undefined) return String(deepest);
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`;
}
