import type { Fact } from "../domain/fact.js";
import type { InvestigationRequest } from "../domain/investigation-request.js";
import { section } from "./blocks.js";
import type { Message } from "./message.js";
import { code, cut, escapeText } from "./text.js";

/** One line of ours in a thread that has no card. The text is mrkdwn of ours; names in it are escaped already. */
export function renderNote({ run, text }: Extract<Fact, { kind: "note" }>): Message {
  return {
    text,
    blocks: [section("note", text)],
    metadata: { event_type: "kubeclaw_note", event_payload: { run, key: "note" } },
  };
}

/** Tells a person directly that what they asked for cannot be shown where they asked, and what to do about it. */
export function renderUnreachable({ run, slack, scope }: InvestigationRequest, why: string): Message {
  const text = `What you asked about ${code(scope.namespace)} cannot be shown in <#${slack.channel}>: ${escapeText(cut(why, 200))}. Invite KubeClaw there (\`/invite @kubeclaw\`), then ask again. Run ${code(run)}`;
  return {
    text,
    blocks: [section("note", text)],
    metadata: { event_type: "kubeclaw_note", event_payload: { run, key: "unreachable" } },
  };
}
