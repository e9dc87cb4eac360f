/** What is begun together reaches Redis together, and is made durable together: one sync of its file instead of many. */
const gatherMs = 10;

/** Work that goes on after a delivery was answered. */
export interface LateWork {
  /** Begins within a moment, together with what else comes until then. */
  later: (work: () => Promise<unknown>) => void;
  /** Begins what has not begun, and resolves when nothing goes on any more. */
  settled(): Promise<void>;
}

/** Keeps hold of what nobody awaits, so that a process that leaves can wait for it. @param onError for what fails. */
export function createLateWork(onError: (error: unknown) => void): LateWork {
  const waiting: (() => Promise<unknown>)[] = [];
  const underWay = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | null = null;

  function begin(): void {
    timer = null;
    for (const work of waiting.splice(0)) {
      const done = Promise.resolve()
        .then(work)
        .then(() => undefined, onError)
        .finally(() => underWay.delete(done));
      underWay.add(done);
    }
  }

  return {
    later(work) {
      waiting.push(work);
      timer ??= setTimeout(begin, gatherMs);
    },
    async settled() {
      while (waiting.length + underWay.size > 0) {
        if (timer) clearTimeout(timer);
        begin();
        await Promise.all(underWay);
      }
    },
  };
}
