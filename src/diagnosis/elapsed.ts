/** Milliseconds from a time that the cluster tells to the moment of the snapshot; infinite where it does not tell one. */
export function elapsed(now: Date, time: string | null | undefined): number {
  const then = Date.parse(time ?? "");
  return Number.isNaN(then) ? Number.POSITIVE_INFINITY : now.getTime() - then;
}
