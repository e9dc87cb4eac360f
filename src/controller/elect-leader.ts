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

/** One term of office: the work, and the way to end it. */
class Term {
  readonly stop = new AbortController();
  ended = false;

  constructor(lead: (signal: AbortSignal) => Promise<void>, onError: (error: unknown) => void) {
    void lead(this.stop.signal)
      .catch(onError)
      .finally(() => {
        this.ended = true;
      });
  }
}

/**
 * Runs work while this process holds the Lease, and aborts it before anybody else can take over. Work that ends or
 * fails gives the Lease back, so that another process, or this one a turn later, begins anew.
 * @see https://kubernetes.io/docs/concepts/architecture/leases/
 */
export async function electLeader(input: {
  store: LeaseStore;
  holder: string;
  lead: (signal: AbortSignal) => Promise<void>;
  now: () => Date;
  signal: AbortSignal;
  onError: (error: unknown) => void;
}): Promise<void> {
  const { store, holder, lead, now, signal, onError } = input;
  let term: Term | null = null;
  // A lease has run out when nobody renewed it for its whole duration while we looked on: clocks of others do not count.
  let seen: { version: string; at: number } | null = null;
  const ranOut = (lease: LeaseState): boolean => {
    if (seen?.version !== lease.version) seen = { version: lease.version, at: now().getTime() };
    return now().getTime() - seen.at > lease.durationSeconds * 1_000;
  };
  const resign = async (): Promise<void> => {
    term?.stop.abort();
    term = null;
    const lease = await inTime(store.find());
    if (lease?.holder === holder) await inTime(store.take("", now(), durationSeconds, lease.version));
  };

  async function turn(): Promise<void> {
    if (term?.ended === true) {
      await resign();
      return;
    }
    const lease = await inTime(store.find());
    const free = !lease || lease.holder === "" || lease.holder === holder || ranOut(lease);
    const held = free && (await inTime(store.take(holder, now(), durationSeconds, lease?.version ?? null)));
    if (held) term ??= new Term(lead, onError);
    else {
      term?.stop.abort();
      term = null;
    }
  }

  while (!signal.aborted) {
    await turn().catch((error: unknown) => {
      onError(error);
      term?.stop.abort(); // unsure of the lease: stop before it can run out
      term = null;
    });
    await sleep(renewMs, undefined, { signal }).catch(() => undefined);
  }
  await resign().catch(onError);
}
