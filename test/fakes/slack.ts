import type { Message, PostResult, Threads } from "../../src/findings/index.js";
import { validateBlocks } from "../../src/playground/slack/block-kit/validate-blocks.js";

export type Fault =
  | { kind: "rate-limited"; retryAfterMs: number }
  | { kind: "refused"; error: string }
  /** No answer; `arrived` says whether Slack took it all the same. */
  | { kind: "lost"; arrived: boolean };

interface Posted extends Message {
  channel: string;
  threadTs: string | null;
  ts: string;
  deleted: boolean;
}

/** Channels in memory that refuse what Slack refuses. `faults` are used up one by one, by method. */
export function createSlack() {
  const messages: Posted[] = [];
  const calls: string[] = [];
  const reactions: [ts: string, add: string][] = [];
  const faults: { post: Fault[]; update: Fault[] } = { post: [], update: [] };
  const state = { historyReadable: true };

  const accept = (message: Message): PostResult | null =>
    message.blocks.length === 0 || validateBlocks(message.blocks, "message").kind === "accepted"
      ? null
      : { kind: "refused", error: "invalid_blocks" };

  function answer(fault: Fault | undefined, take: () => PostResult): PostResult {
    if (fault?.kind === "lost") {
      if (fault.arrived) take();
      return { kind: "unknown", error: "socket hang up" };
    }
    return fault ?? take();
  }

  const threads: Threads = {
    post(place, message) {
      calls.push("post");
      const result = answer(faults.post.shift(), () => {
        const refusal = accept(message);
        if (refusal) return refusal;
        const ts = `1700000000.${String(messages.length + 1).padStart(6, "0")}`;
        messages.push({ ...message, ...place, ts, deleted: false });
        return { kind: "done", ts };
      });
      return Promise.resolve(result);
    },
    update({ ts }, message) {
      calls.push("update");
      const result = answer(faults.update.shift(), () => {
        const known = messages.find((entry) => entry.ts === ts && !entry.deleted);
        if (!known) return { kind: "refused", error: "message_not_found" };
        const refusal = accept(message);
        if (refusal) return refusal;
        Object.assign(known, message);
        return { kind: "done", ts };
      });
      return Promise.resolve(result);
    },
    findOwn(place, run, key) {
      calls.push("find");
      if (!state.historyReadable) return Promise.resolve("unreadable" as const);
      const found = messages.filter(
        ({ channel, metadata, deleted }) =>
          !deleted &&
          channel === place.channel &&
          metadata?.event_payload["run"] === run &&
          metadata.event_payload["key"] === key,
      );
      return Promise.resolve(found.map(({ ts }) => ({ ts })));
    },
    remove({ ts }) {
      calls.push("remove");
      for (const message of messages) if (message.ts === ts) message.deleted = true;
      return Promise.resolve();
    },
    react({ ts }, add) {
      reactions.push([ts, add]);
      return Promise.resolve();
    },
  };
  return {
    threads,
    messages,
    calls,
    reactions,
    faults,
    state,
    visible: () => messages.filter(({ deleted }) => !deleted),
  };
}
