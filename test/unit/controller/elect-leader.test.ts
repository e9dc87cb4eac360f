import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { LeaseStore } from "../../../src/controller/index.js";

/** Time that moves only when the test says so: sleepers wake when their moment has come. */
const clock = { now: 0, sleepers: [] as { until: number; wake: () => void }[] };
jest.unstable_mockModule("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: unknown, options?: { signal?: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      clock.sleepers.push({ until: clock.now + ms, wake: resolve });
      options?.signal?.addEventListener("abort", () => {
        reject(new Error("aborted"));
      });
    }),
}));
const { electLeader } = await import("../../../src/controller/elect-leader.js");

const settle = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};
async function pass(seconds: number): Promise<void> {
  for (let step = 0; step < seconds * 2; step += 1) {
    clock.now += 500;
    const due = clock.sleepers.filter(({ until }) => until <= clock.now);
    clock.sleepers = clock.sleepers.filter(({ until }) => until > clock.now);
    for (const { wake } of due) wake();
    await settle();
  }
}

/** One Lease with the API server's optimistic locking. */
function createLease() {
  let lease: { holder: string; durationSeconds: number; version: string } | null = null;
  const store: LeaseStore = {
    find: () => Promise.resolve(lease && { ...lease }),
    take(holder, _now, durationSeconds, version) {
      if ((lease?.version ?? null) !== version) return Promise.resolve(false);
      lease = { holder, durationSeconds, version: String(Number(lease?.version ?? 0) + 1) };
      return Promise.resolve(true);
    },
  };
  return { store, holder: () => lease?.holder };
}

const stops: AbortController[] = [];

function candidate(holder: string, store: LeaseStore, lead?: (signal: AbortSignal) => Promise<void>, clockAheadMs = 0) {
  const stop = new AbortController();
  stops.push(stop);
  const seen = { leads: false, terms: 0, errors: 0, done: Promise.resolve() };
  seen.done = electLeader({
    store,
    holder,
    lead:
      lead ??
      ((signal) => {
        seen.leads = true;
        seen.terms += 1;
        signal.addEventListener("abort", () => {
          seen.leads = false;
        });
        return new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            resolve();
          });
        });
      }),
    now: () => new Date(clock.now + clockAheadMs),
    elapsedMs: () => clock.now,
    signal: stop.signal,
    onError: () => {
      seen.errors += 1;
    },
  });
  return { seen, stop };
}

afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await settle();
  clock.sleepers = [];
});

describe("two candidates", () => {
  it("have one leader, who stays while it renews", async () => {
    const lease = createLease();
    const [one, two] = [candidate("one", lease.store), candidate("two", lease.store)];
    await settle();
    expect([one.seen.leads, two.seen.leads].filter(Boolean)).toHaveLength(1);
    const first = lease.holder();
    await pass(60);
    expect(lease.holder()).toBe(first);
    expect(one.seen.terms + two.seen.terms).toBe(1);
  });

  it("have one leader, though the clocks of the two are four minutes apart", async () => {
    const lease = createLease();
    const one = candidate("one", lease.store);
    await settle();
    const ahead = candidate("ahead", lease.store, undefined, 240_000);
    const behind = candidate("behind", lease.store, undefined, -240_000);
    await pass(60);
    expect([one.seen.terms, ahead.seen.terms, behind.seen.terms]).toEqual([1, 0, 0]);
  });

  it("change places at once when the leader leaves by itself", async () => {
    const lease = createLease();
    const one = candidate("one", lease.store);
    await settle();
    const two = candidate("two", lease.store);
    await settle();
    one.stop.abort();
    await one.seen.done;
    expect(one.seen.leads).toBe(false);
    await pass(3);
    expect(two.seen.leads).toBe(true);
  });

  it("change places after the lease has run out when the leader dies without a word", async () => {
    const lease = createLease();
    await lease.store.take("dead", new Date(clock.now), 6, null);
    const two = candidate("two", lease.store);
    await pass(5);
    expect(two.seen.leads).toBe(false);
    await pass(4);
    expect(two.seen.leads).toBe(true);
  });
});

describe("a leader", () => {
  it("stops its work when somebody else holds the lease", async () => {
    const lease = createLease();
    const one = candidate("one", lease.store);
    await settle();
    const version = (await lease.store.find())?.version ?? null;
    await lease.store.take("two", new Date(clock.now), 6, version);
    await pass(3);
    expect(one.seen.leads).toBe(false);
  });

  it("stops its work before an unreachable lease can run out, and leads again afterwards", async () => {
    const lease = createLease();
    let away = false;
    const flaky: LeaseStore = {
      find: () => (away ? Promise.reject(new Error("away")) : lease.store.find()),
      take: (...args) => lease.store.take(...args),
    };
    const one = candidate("one", flaky);
    await settle();
    away = true;
    await pass(5);
    expect(one.seen.leads).toBe(false);
    expect(one.seen.errors).toBeGreaterThan(0);
    away = false;
    await pass(3);
    expect(one.seen.leads).toBe(true);
  });

  it("stops its work before the lease can run out when the store never answers", async () => {
    const lease = createLease();
    let hangs = false;
    const silent: LeaseStore = {
      find: () => (hangs ? new Promise(() => undefined) : lease.store.find()),
      take: (...args) => lease.store.take(...args),
    };
    const one = candidate("one", silent);
    await settle();
    hangs = true;
    await pass(6);
    expect(one.seen.leads).toBe(false);
  });

  it("whose work fails does not hold the lease for nothing", async () => {
    const lease = createLease();
    candidate("one", lease.store, () => Promise.reject(new Error("the work fell over")));
    await settle();
    const two = candidate("two", lease.store);
    await pass(20);
    expect(two.seen.leads).toBe(true);
  });
});
