import { setTimeout as sleep } from "node:timers/promises";

const quietMs = 20;
/** Four turns a second: about as many messages as Slack takes from one app for long. */
const longestWaitMs = 250;

/** Deliveries before everything else that shares their event loop. */
export interface RightOfWay {
  /** Answers a delivery. */
  during<T>(answer: () => Promise<T>): Promise<T>;
  /** Resolves, for one caller after the other, when no delivery came or was answered for a moment, or when it waited long. */
  turn(): Promise<void>;
}

/**
 * Slack waits three seconds for an acknowledgement, and for a card as long as it takes: while deliveries stream in, what
 * draws cards takes a turn now and then, and catches up when the rush is over.
 */
export function createRightOfWay(now: () => number = Date.now): RightOfWay {
  let last = -Infinity;
  let turns = Promise.resolve();

  async function quiet(): Promise<void> {
    const until = now() + longestWaitMs;
    while (now() - last < quietMs && now() < until) await sleep(quietMs, undefined, { ref: false });
  }

  return {
    async during(answer) {
      last = now();
      try {
        return await answer();
      } finally {
        last = now();
      }
    },
    turn() {
      turns = turns.then(quiet);
      return turns;
    },
  };
}
