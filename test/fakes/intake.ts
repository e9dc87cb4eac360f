import type { InvestigationRequest } from "../../src/domain/investigation-request.js";
import { InvestigationRequest as Request } from "../../src/domain/investigation-request.js";
import type { InvestigationQueue, RunIndex, RunSummary } from "../../src/intake/index.js";

/** The queue of investigations: a delivery once, a question once within its window; `away` is Redis being down. */
export function createInvestigationQueue(state: { away?: Error } = {}): InvestigationQueue & {
  requests: InvestigationRequest[];
  windows: number[];
  state: { away?: Error };
} {
  const requests: InvestigationRequest[] = [];
  const windows: number[] = [];
  const held = new Map<string, string>();
  const alerts = new Map<string, string>();
  const up = <T>(work: () => T): Promise<T> => (state.away ? Promise.reject(state.away) : Promise.resolve(work()));
  return {
    requests,
    windows,
    state,
    enqueue: (request, windowMs) =>
      up(() => {
        Request.parse(request);
        windows.push(windowMs);
        if (requests.some(({ run }) => run === request.run)) return { kind: "duplicate" as const, run: request.run };
        const holder = held.get(request.dedupeKey);
        if (holder !== undefined) return { kind: "joined" as const, run: holder };
        held.set(request.dedupeKey, request.run);
        requests.push(request);
        return { kind: "new" as const, run: request.run };
      }),
    release: (key) => up(() => void held.delete(key)),
    linkAlert: (fingerprint, run) => up(() => void alerts.set(fingerprint, run)),
    findAlert: (fingerprint) => up(() => alerts.get(fingerprint) ?? null),
  };
}

export function createRunIndex(...known: RunSummary[]): RunIndex & { cancelled: [run: string, by: string][] } {
  const cancelled: [run: string, by: string][] = [];
  return {
    cancelled,
    find: (run) => Promise.resolve(known.find((entry) => entry.run === run) ?? null),
    recent: (count) => Promise.resolve(known.slice(0, count)),
    link: (run) => Promise.resolve(known.find((entry) => entry.run === run)?.link ?? null),
    cancel(run, by) {
      cancelled.push([run, by]);
      return Promise.resolve();
    },
  };
}
