/** Requests of one asker within this time count against its share. */
const windowMs = 60_000;
/** As many as a person, or an incident, asks in a minute: they are served in the order in which they came. */
const burst = 10;
/** The lowest priority that BullMQ takes. */
const lowest = 2_097_151;

/** What each asker asked for of late. */
export type Shares = Map<string, { since: number; count: number }>;

/**
 * The place of one more request among the others: an asker with more than a burst in a minute stands behind whoever
 * asked for less, by virtual time, so that nobody waits for another's thousand. Pure but for the shares that it keeps.
 * @returns BullMQ's priority: 0 comes first, then 1, 2, …
 * @see https://en.wikipedia.org/wiki/Fair_queuing
 */
export function decidePriority(shares: Shares, asker: string, now: Date): number {
  const at = now.getTime();
  const known = shares.get(asker);
  const share = known && at - known.since < windowMs ? known : { since: at, count: 0 };
  share.count += 1;
  shares.set(asker, share);
  if (shares.size > 10_000) for (const [key, { since }] of shares) if (at - since >= windowMs) shares.delete(key);
  return share.count <= burst ? 0 : Math.min(share.count, lowest);
}
