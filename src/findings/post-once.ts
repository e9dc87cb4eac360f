import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { KubeClawError } from "../domain/errors.js";
import { classifyRefusal } from "./classify-refusal.js";
import type { Message } from "./message.js";
import type { CardStore, PostRecord, Threads } from "./ports.js";

export type Published =
  /**
   * `thread` is where replies to it go. `lookAgainMs`: a call had no answer and may still be carried out; what shows is
   * looked after once more then.
   */
  { kind: "done"; ts: string; thread: string; lookAgainMs?: number } | { kind: "later"; delayMs: number };

export interface PostOnce {
  /** Posts a message under a key, or edits it: one visible message for each run and key, whatever crashed in between. */
  (place: { run: string; key: string; channel: string; threadTs: string | null }, message: Message): Promise<Published>;
}

const editIntervalMs = 1_000;
/** Where history cannot be read, a post of unknown result is given this long to show up by itself: it does not. */
const unknownPauseMs = 5_000;
/** When a call without an answer is looked after: a post that comes late is a second one, an edit that comes late an old one. */
const looksMs = [8_000, 60_000] as const;
/** The longest that a call goes on before it counts as unanswered. */
const longestCallMs = 20_000;
/** A token that is refused is mended by a person. */
const parkedMs = 5_000;

const nothing: Omit<PostRecord, "channel"> = {
  ts: null,
  attemptedAt: null,
  sentAt: null,
  digest: null,
  unsure: null,
};

export function createPostOnce(deps: {
  store: CardStore;
  threads: Threads;
  /** Called when a message had to be posted again without knowing whether the first one arrived. */
  onDoubt: (run: string, key: string) => Promise<void>;
  /** Slack refuses whatever we say until somebody mends our token or our rights: what is to be said waits. */
  onParked: (error: string) => void;
  now: () => Date;
}): PostOnce {
  const { store, threads, onDoubt, onParked, now } = deps;

  return async (place, message) => {
    const { run, key, channel } = place;
    const digest = sha256(canonicalJson(message));
    let record: PostRecord = (await store.post(run, key)) ?? { channel, ...nothing };
    const save = async (changes: Partial<PostRecord>) => {
      record = { ...record, ...changes };
      await store.savePost(run, key, record);
    };
    const threadTs = () => (record.thread === undefined ? place.threadTs : record.thread);
    const own = (since: string) => threads.findOwn({ channel, threadTs: threadTs() }, run, key, new Date(since));

    if (record.ts !== null) {
      const due = untilLook() === 0;
      if (record.digest === digest && !due) return done(record.ts);
      const wait = record.sentAt === null ? 0 : Date.parse(record.sentAt) + editIntervalMs - now().getTime();
      if (wait > 0) return { kind: "later", delayMs: wait };
      if (due) await removeTwins(record.ts);
      const edited = await edit(record.ts, due);
      if (edited) return edited;
    } else if (record.attemptedAt !== null) {
      const found = await own(record.attemptedAt);
      if (found === "unreadable") {
        const wait = Date.parse(record.attemptedAt) + unknownPauseMs - now().getTime();
        if (wait > 0) return { kind: "later", delayMs: wait };
        await onDoubt(run, key);
      } else if (found[0]) {
        await save({ ts: found[0].ts, attemptedAt: null, digest: null });
        return { kind: "later", delayMs: 0 };
      }
      await save({ unsure: { at: now().toISOString(), looks: 0 } });
    }
    return post(message);

    /** Milliseconds until a call without an answer is looked after; null where every call had one. */
    function untilLook(): number | null {
      const { unsure } = record;
      if (unsure === null) return null;
      return Math.max(Date.parse(unsure.at) + (looksMs[unsure.looks] ?? 0) - now().getTime(), 0);
    }

    function done(ts: string): Published {
      const lookAgainMs = untilLook();
      return { kind: "done", ts, thread: threadTs() ?? ts, ...(lookAgainMs === null ? {} : { lookAgainMs }) };
    }

    async function removeTwins(ts: string): Promise<void> {
      const began = Date.parse(record.unsure?.at ?? now().toISOString()) - longestCallMs;
      const found = await own(new Date(began).toISOString());
      if (found === "unreadable") return;
      for (const twin of found) if (twin.ts !== ts) await threads.remove({ channel, ts: twin.ts });
    }

    async function unknown(error: string): Promise<never> {
      await save({ unsure: { at: now().toISOString(), looks: 0 } });
      throw new KubeClawError("unavailable", `Slack: ${error}`, { retryable: true });
    }

    function refused(error: string): Published {
      if (classifyRefusal(error) !== "ours") throw new KubeClawError("invalid", `Slack refuses the message: ${error}`);
      onParked(error);
      return { kind: "later", delayMs: parkedMs };
    }

    async function edit(ts: string, looked: boolean): Promise<Published | null> {
      const taken = async (): Promise<Published> => {
        const { unsure } = record;
        const next = unsure && looked ? { at: unsure.at, looks: unsure.looks + 1 } : unsure;
        await save({
          sentAt: now().toISOString(),
          digest,
          unsure: next === null || next.looks >= looksMs.length ? null : next,
        });
        return done(ts);
      };
      const result = await threads.update({ channel, ts }, message);
      switch (result.kind) {
        case "done":
          return taken();
        case "rate-limited":
          return { kind: "later", delayMs: result.retryAfterMs };
        case "unknown":
          return unknown(result.error); // an edit may be repeated
        case "refused": {
          const what = classifyRefusal(result.error);
          if (what === "gone") {
            // Somebody deleted it: what follows stands in the thread that it began, or in its own.
            await save({ ts: null, digest: null, thread: threadTs() ?? ts });
            return null;
          }
          if (what === "blocks" && message.blocks.length > 0) {
            const plain = await threads.update({ channel, ts }, { ...message, blocks: [] });
            if (plain.kind === "done") return taken();
          }
          return refused(result.error);
        }
      }
    }

    async function post(body: Message): Promise<Published> {
      await save({ ts: null, attemptedAt: now().toISOString() });
      const result = await threads.post({ channel, threadTs: threadTs() }, body);
      switch (result.kind) {
        case "done":
          await save({ ts: result.ts, attemptedAt: null, sentAt: now().toISOString(), digest });
          return done(result.ts);
        case "rate-limited":
          await save({ attemptedAt: null });
          return { kind: "later", delayMs: result.retryAfterMs };
        case "unknown":
          return unknown(result.error);
        case "refused": {
          await save({ attemptedAt: null });
          const what = classifyRefusal(result.error);
          if (what === "blocks" && body.blocks.length > 0) return post({ ...body, blocks: [] });
          if (what === "no-thread" && threadTs() !== null) {
            await save({ thread: null }); // its first message was deleted: better in the channel than nowhere
            return post(body);
          }
          return refused(result.error);
        }
      }
    }
  };
}
