import type { KnownBlock } from "@slack/types";

/** A message as it goes to Slack: `text` is what a lock screen and a screen reader live on. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
  metadata?: { event_type: string; event_payload: Record<string, string> };
}
