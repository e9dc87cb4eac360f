/** Work that goes on after a delivery was answered. */
export interface LateWork {
  /** Begins after what is under way now, the answer before all. */
  later: (work: () => Promise<unknown>) => void;
  /** Resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

/** Keeps hold of what nobody awaits, so that a process that leaves can wait for it. @param onError for what fails. */
export function createLateWork(onError: (error: unknown) => void): LateWork {
  const underWay = new Set<Promise<void>>();
  return {
    later(work) {
      const done = new Promise((resolve) => setImmediate(resolve))
        .then(work)
        .then(() => undefined, onError)
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
