import { setTimeout as sleep } from "node:timers/promises";

/** A Lease as the elector sees it. */
export interface LeaseState {
  holder: string;
  durationSeconds: number;
  /** Another one after each renewal. */
  version: string;
}

export interface LeaseStore {
  find(): Promise<LeaseState | null>;
  /** Takes or renews the lease; false when somebody else was faster. */
  take(holder: string, now: Date, durationSeconds: number, version: string | null): Promise<boolean>;
}

const durationSeconds = 6;
const renewMs = 2_000;

/** Rejects a store call that takes longer than half the lease: a leader that cannot renew in time must stop in time. */
async function inTime<T>(call: Promise<T>): Promise<T> {
  const late = new AbortController();
  try {
    const timeout = sleep((durationSeconds * 1_000) / 2, undefined, { signal: late.signal }).then(() => {
      throw new Error("the lease store did not answer in time");
    });
    return await Promise.race([call, timeout]);
  } finally {
    late.abort();
  }
}

/** How long the work of a term may take to end once it is told to; a little longer than a queue is drained. */
const drainMs = 12_000;

/** Work under a Lease: told to stop by the signal, and to do nothing more once `holds` says no. */
export type Lead = (signal: AbortSignal, holds: () => boolean) => Promise<void>;

/** One term of office: the work, and the way to end it. */
class Term {
  readonly stop = new AbortController();
  readonly done: Promise<void>;
  ended = false;

  constructor(lead: Lead, holds: () => boolean, onError: (error: unknown) => void) {
    this.done = lead(this.stop.signal, () => !this.stop.signal.aborted && holds())
      .catch(onError)
      .finally(() => {
        this.ended = true;
      });
  }
}

/**
 * Runs work while this process holds the Lease, and aborts it before anybody else can take over. Work that ends or
 * fails gives the Lease back, so that another process, or this one a turn later, begins anew; so does a stop, after the
 * work has ended.
 * @param elapsedMs a clock that nobody sets, and that goes on while the process is held.
 * @see https://kubernetes.io/docs/concepts/architecture/leases/
 */
export async function electLeader(input: {
  store: LeaseStore;
  holder: string;
  lead: Lead;
  now: () => Date;
  elapsedMs: () => number;
  signal: AbortSignal;
  onError: (error: unknown) => void;
}): Promise<void> {
  const { store, holder, lead, now, elapsedMs, signal, onError } = input;
  let term: Term | null = null;
  let renewedAt = Number.NEGATIVE_INFINITY;
  const holds = () => elapsedMs() - renewedAt < durationSeconds * 1_000;
  // A lease has run out when nobody renewed it for its whole duration while we looked on: clocks of others do not count.
  let seen: { version: string; at: number } | null = null;
  const ranOut = (lease: LeaseState): boolean => {
    if (seen?.version !== lease.version) seen = { version: lease.version, at: elapsedMs() };
    return elapsedMs() - seen.at > lease.durationSeconds * 1_000;
  };
  const resign = async (): Promise<void> => {
    const lease = await inTime(store.find());
    if (lease?.holder === holder) await inTime(store.take("", now(), durationSeconds, lease.version));
  };

  async function turn(): Promise<void> {
    if (term?.ended === true) {
      const byItself = !term.stop.signal.aborted;
      term = null;
      if (byItself) {
        await resign();
        return;
      }
    }
    const lease = await inTime(store.find());
    const free = !lease || lease.holder === "" || lease.holder === holder || ranOut(lease);
    const askedAt = elapsedMs();
    if (free && (await inTime(store.take(holder, now(), durationSeconds, lease?.version ?? null)))) {
      renewedAt = askedAt;
      term ??= new Term(lead, holds, onError); // one that was stopped ends first
    } else term?.stop.abort();
  }

  while (!signal.aborted) {
    await turn().catch((error: unknown) => {
      onError(error);
      term?.stop.abort(); // unsure of the lease: stop before it can run out
    });
    await sleep(renewMs, undefined, { signal }).catch(() => undefined);
  }
  const last = term as Term | null; // set by a turn: the type checker cannot know
  last?.stop.abort();
  await Promise.race([last?.done, sleep(drainMs, undefined, { ref: false })]);
  await resign().catch(onError);
}
