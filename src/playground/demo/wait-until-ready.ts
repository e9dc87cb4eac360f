import { setTimeout as sleep } from "node:timers/promises";

export async function answersReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Waits for every `/readyz`. Rejects with the names of those that did not answer in time, or with how one ended. */
export async function waitUntilReady(
  ports: Readonly<Record<string, number>>,
  ended: Promise<string>,
  limitMs: number,
): Promise<void> {
  const late = Date.now() + limitMs;
  const waiting = new Map(Object.entries(ports));
  const wait = async (): Promise<void> => {
    while (waiting.size > 0) {
      for (const [name, port] of waiting) if (await answersReady(port)) waiting.delete(name);
      if (Date.now() > late) throw new Error(`not ready after ${limitMs / 1_000} s: ${[...waiting.keys()].join(", ")}`);
      if (waiting.size > 0) await sleep(50);
    }
  };
  const failed = ended.then((how) => {
    throw new Error(how);
  });
  await Promise.race([wait(), failed]);
}
