import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { KubeClawError } from "../domain/errors.js";
import type { Message } from "./message.js";
import type { CardStore, PostRecord, Threads } from "./ports.js";

export type Published = { kind: "done"; ts: string } | { kind: "later"; delayMs: number };

export interface PostOnce {
  /** Posts a message under a key, or edits it: one visible message for each run and key, whatever crashed in between. */
  (place: { run: string; key: string; channel: string; threadTs: string | null }, message: Message): Promise<Published>;
}

const editIntervalMs = 1_000;
/** Where history cannot be read, a post of unknown result is given this long to show up by itself: it does not. */
const unknownPauseMs = 5_000;
/** Errors of Slack about the message itself: without blocks it may still pass. */
const badBlocks = new Set(["invalid_blocks", "msg_blocks_too_long", "invalid_blocks_format", "msg_too_long"]);
const gone = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);

export function createPostOnce(deps: {
  store: CardStore;
  threads: Threads;
  /** Called when a message had to be posted again without knowing whether the first one arrived. */
  onDoubt: (run: string, key: string) => Promise<void>;
  now: () => Date;
}): PostOnce {
  const { store, threads, onDoubt, now } = deps;

  return async (place, message) => {
    const { run, key, channel, threadTs } = place;
    const digest = sha256(canonicalJson(message));
    const record = (await store.post(run, key)) ?? { channel, ts: null, attemptedAt: null, sentAt: null, digest: null };
    const save = (changes: Partial<PostRecord>) => store.savePost(run, key, { ...record, ...changes });

    if (record.ts !== null) {
      if (record.digest === digest) return { kind: "done", ts: record.ts };
      const wait = record.sentAt === null ? 0 : Date.parse(record.sentAt) + editIntervalMs - now().getTime();
      if (wait > 0) return { kind: "later", delayMs: wait };
      const edited = await edit(record.ts);
      if (edited) return edited;
    } else if (record.attemptedAt !== null) {
      const found = await threads.findOwn({ channel, threadTs }, run, key, new Date(record.attemptedAt));
      if (found === "unreadable") {
        const wait = Date.parse(record.attemptedAt) + unknownPauseMs - now().getTime();
        if (wait > 0) return { kind: "later", delayMs: wait };
        await onDoubt(run, key);
      } else if (found) {
        await save({ ts: found.ts, attemptedAt: null, digest: null });
        return { kind: "later", delayMs: 0 };
      }
    }
    return post(message);

    async function edit(ts: string): Promise<Published | null> {
      const result = await threads.update({ channel, ts }, message);
      switch (result.kind) {
        case "done":
          await save({ sentAt: now().toISOString(), digest });
          return { kind: "done", ts };
        case "rate-limited":
          return { kind: "later", delayMs: result.retryAfterMs };
        case "unknown":
          throw new KubeClawError("unavailable", `Slack: ${result.error}`, { retryable: true }); // an edit may be repeated
        case "refused":
          if (gone.has(result.error)) return null; // somebody deleted it: it is posted anew below
          if (badBlocks.has(result.error) && message.blocks.length > 0) {
            const plain = await threads.update({ channel, ts }, { ...message, blocks: [] });
            if (plain.kind === "done") {
              await save({ sentAt: now().toISOString(), digest });
              return { kind: "done", ts };
            }
          }
          throw new KubeClawError("invalid", `Slack refuses the message: ${result.error}`);
      }
    }

    async function post(body: Message): Promise<Published> {
      await save({ ts: null, attemptedAt: now().toISOString() });
      const result = await threads.post({ channel, threadTs }, body);
      switch (result.kind) {
        case "done":
          await save({ ts: result.ts, attemptedAt: null, sentAt: now().toISOString(), digest });
          return { kind: "done", ts: result.ts };
        case "rate-limited":
          await save({ ts: null, attemptedAt: null });
          return { kind: "later", delayMs: result.retryAfterMs };
        case "unknown":
          throw new KubeClawError("unavailable", `Slack: ${result.error}`, { retryable: true });
        case "refused":
          await save({ ts: null, attemptedAt: null });
          if (badBlocks.has(result.error) && body.blocks.length > 0) return post({ ...body, blocks: [] });
          throw new KubeClawError("invalid", `Slack refuses the message: ${result.error}`);
      }
    }
  };
}
