import { setTimeout as sleep } from "node:timers/promises";

const quietMs = 20;
const longestWaitMs = 1_000;

/** Deliveries before everything else that shares their event loop. */
export interface RightOfWay {
  /** Counts as under way until it ends. */
  during<T>(answer: () => Promise<T>): Promise<T>;
  /** Resolves when no delivery has been under way for a moment; after a second in any case, so that nothing starves. */
  turn(): Promise<void>;
}

/**
 * Slack gives an acknowledgement three seconds and a card no limit at all: while deliveries stream in, what draws cards
 * takes about one turn a second for each of its places, and catches up when the rush is over.
 */
export function createRightOfWay(now: () => number = Date.now): RightOfWay {
  let underWay = 0;
  let last = -Infinity;
  return {
    async during(answer) {
      underWay += 1;
      try {
        return await answer();
      } finally {
        underWay -= 1;
        last = now();
      }
    },
    async turn() {
      const until = now() + longestWaitMs;
      while ((underWay > 0 || now() - last < quietMs) && now() < until) await sleep(quietMs);
    },
  };
}
