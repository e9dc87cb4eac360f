/** More than any run of ours makes, its model's calls and every retry included. */
const mostCalls = 300;
const mostPods = 10_000;

const mostStrangers = 60;
const minute = 60_000;

/** Whether one more refusal of somebody who is not known goes on record: so many a minute do, the metric counts all. */
export function createStrangerLimit(now: () => Date): () => boolean {
  let began = Number.NEGATIVE_INFINITY;
  let seen = 0;
  return () => {
    const time = now().getTime();
    if (time - began >= minute) {
      began = time;
      seen = 0;
    }
    seen += 1;
    return seen <= mostStrangers;
  };
}

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
