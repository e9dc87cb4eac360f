import type { Fact } from "../domain/fact.js";
import { section } from "./blocks.js";
import type { Message } from "./message.js";

/** One line of ours in a thread that has no card. The text is mrkdwn of ours; names in it are escaped already. */
export function renderNote({ run, text }: Extract<Fact, { kind: "note" }>): Message {
  return {
    text,
    blocks: [section("note", text)],
    metadata: { event_type: "kubeclaw_note", event_payload: { run, key: "note" } },
  };
}
