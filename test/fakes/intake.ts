import type { InvestigationRequest } from "../../src/domain/investigation-request.js";
import { aRunId } from "../builders/request.js";
import { InvestigationRequest as Request } from "../../src/domain/investigation-request.js";
import type {
  AlertIndex,
  Feedback,
  FeedbackStore,
  InvestigationQueue,
  Mute,
  Mutes,
  Novelty,
  RunIndex,
  RunSummary,
} from "../../src/intake/index.js";

/** The queue of investigations: a delivery once, a question once within its window; `away` is Redis being down. */
export function createInvestigationQueue(state: { away?: Error } = {}): InvestigationQueue & {
  requests: InvestigationRequest[];
  windows: number[];
  state: { away?: Error };
} {
  const requests: InvestigationRequest[] = [];
  const windows: number[] = [];
  const held = new Map<string, string>();
  const up = <T>(work: () => T): Promise<T> => (state.away ? Promise.reject(state.away) : Promise.resolve(work()));
  return {
    requests,
    windows,
    state,
    enqueue: (request, windowMs) =>
      up(() => {
        Request.parse(request);
        windows.push(windowMs);
        const answer = (run: string, novelty: Novelty) => ({ run, novelty: () => Promise.resolve(novelty) });
        if (requests.some(({ run }) => run === request.run)) return answer(request.run, "duplicate");
        const holder = held.get(request.dedupeKey);
        if (holder !== undefined) return answer(holder, "joined");
        held.set(request.dedupeKey, request.run);
        requests.push(request);
        return answer(request.run, "new");
      }),
    release: (key) => up(() => void held.delete(key)),
    holder: (key) => up(() => held.get(key) ?? null),
  };
}

export function createRunIndex(...known: RunSummary[]): RunIndex & { cancelled: [run: string, by: string][] } {
  const cancelled: [run: string, by: string][] = [];
  return {
    cancelled,
    find: (run) => Promise.resolve(known.find((entry) => entry.run === run) ?? null),
    recent: (count, allows) => Promise.resolve(known.filter(({ namespace }) => allows(namespace)).slice(0, count)),
    link: (run) => Promise.resolve(known.find((entry) => entry.run === run)?.link ?? null),
    cancel(run, by) {
      cancelled.push([run, by]);
      return Promise.resolve();
    },
  };
}

/** Alerts of runs in memory. Every target is let through but those in `folded`, which go to their namespace. */
export function createAlertIndex(): AlertIndex & { folded: Set<string>; alerts: Map<string, Map<string, string>> } {
  const alerts = new Map<string, Map<string, string>>();
  const messages = new Map<string, string>();
  const folded = new Set<string>();
  return {
    folded,
    alerts,
    gate: ({ target, whole }) => Promise.resolve(folded.has(target) ? whole : target),
    join(run, fingerprints, message) {
      const known = alerts.get(run) ?? new Map<string, string>();
      const news = fingerprints.some((fingerprint) => known.get(fingerprint) !== "firing");
      for (const fingerprint of fingerprints) known.set(fingerprint, "firing");
      alerts.set(run, known);
      if (message) messages.set(`${message.channel} ${message.ts}`, run);
      return Promise.resolve(news);
    },
    resolve(fingerprint) {
      const found = [...alerts].flatMap(([run, known]) => {
        const before = known.get(fingerprint);
        if (before === undefined) return [];
        known.set(fingerprint, "resolved");
        const firing = [...known.values()].filter((state) => state === "firing").length;
        return [{ run, wasFiring: before === "firing", firing }];
      });
      return Promise.resolve(found);
    },
    runOf: ({ channel, ts }) => Promise.resolve(messages.get(`${channel} ${ts}`) ?? null),
  };
}

export function createMutes(...known: Mute[]): Mutes & { mutes: Map<string, Mute> } {
  const mutes = new Map(known.map((mute) => [mute.target, mute]));
  return {
    mutes,
    set: (mute) => Promise.resolve(void mutes.set(mute.target, mute)),
    remove(target) {
      const mute = mutes.get(target) ?? null;
      mutes.delete(target);
      return Promise.resolve(mute);
    },
    find: (targets) => Promise.resolve(targets.map((target) => mutes.get(target)).find((mute) => mute) ?? null),
    list: () => Promise.resolve([...mutes.values()]),
  };
}

export function createFeedbackStore(): FeedbackStore & { saved: Feedback[] } {
  const saved: Feedback[] = [];
  return { saved, save: (feedback) => Promise.resolve(void saved.push(feedback)) };
}

/** A finished investigation of deploy/checkout in shop, that ana asked for. */
export function aRunSummary(over: Partial<RunSummary> = {}): RunSummary {
  const scope = { namespace: "shop", object: { kind: "Deployment", name: "checkout" } };
  return {
    run: aRunId,
    namespace: scope.namespace,
    scope,
    subject: "deploy/checkout in shop",
    state: "finding",
    requestedBy: "U0ANA",
    active: false,
    link: "<https://slack/p1|card>",
    ...over,
  };
}
