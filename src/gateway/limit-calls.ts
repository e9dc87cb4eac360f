/** More than any run of ours makes, its model's calls and every retry included. */
const mostCalls = 300;
const mostPods = 10_000;

/**
 * Counts the calls of each pod: what a run says is recorded, and a pod that was taken over must not fill the audit log,
 * without which nothing is executed. @returns "first" for the first call that is too many, "more" for those after it.
 */
export function createCallLimit(): (pod: string) => "ok" | "first" | "more" {
  const calls = new Map<string, number>();
  return (pod) => {
    const made = (calls.get(pod) ?? 0) + 1;
    calls.delete(pod); // the ones that call stay, the ones that are long gone come first
    calls.set(pod, made);
    const oldest = calls.keys().next().value;
    if (calls.size > mostPods && oldest !== undefined) calls.delete(oldest);
    if (made <= mostCalls) return "ok";
    return made === mostCalls + 1 ? "first" : "more";
  };
}
