import type { InvestigationRequest } from "../domain/investigation-request.js";
import type { Card } from "./card.js";
import type { Message } from "./message.js";

/** Where a message stands, or where it is being put. */
export interface PostRecord {
  channel: string;
  /** Null until Slack has said where. */
  ts: string | null;
  /** When a post was begun whose result is not known; null when there is none. */
  attemptedAt: string | null;
  /** When Slack last took it. */
  sentAt: string | null;
  /** What was last sent, so that the same is not sent again. */
  digest: string | null;
  /** A call had no answer and may still be carried out, late: when that was, and how often it was looked after since. */
  unsure: { at: string; looks: number } | null;
  /** The thread that it stands in where that is another one than it was meant for: somebody deleted a message. */
  thread?: string | null | undefined;
}

export interface CardStore {
  load(run: string): Promise<Card | null>;
  save(run: string, card: Card): Promise<void>;
  /** What the run was launched with; the card can be begun from it whichever fact comes first. */
  request(run: string): Promise<InvestigationRequest | null>;
  post(run: string, key: string): Promise<PostRecord | null>;
  savePost(run: string, key: string, record: PostRecord): Promise<void>;
  /** Runs something while no other process works on the same run; null when another one does. */
  withLock<T>(run: string, work: () => Promise<T>): Promise<{ value: T } | null>;
}

export type PostResult =
  | { kind: "done"; ts: string }
  | { kind: "rate-limited"; retryAfterMs: number }
  /** Slack said no: nothing was posted. */
  | { kind: "refused"; error: string }
  /** No answer, or one that says nothing: it may have been posted. */
  | { kind: "unknown"; error: string };

export interface Threads {
  post(place: { channel: string; threadTs: string | null }, message: Message): Promise<PostResult>;
  update(place: { channel: string; ts: string }, message: Message): Promise<PostResult>;
  /** Our own messages with this run and key, posted since then; "unreadable" where history cannot be read. */
  findOwn(
    place: { channel: string; threadTs: string | null },
    run: string,
    key: string,
    since: Date,
  ): Promise<{ ts: string }[] | "unreadable">;
  /** Takes a message of ours away. */
  remove(place: { channel: string; ts: string }): Promise<void>;
  /** Puts one reaction of ours in the place of another; failures are not worth a retry. */
  react(place: { channel: string; ts: string }, add: string, remove: readonly string[]): Promise<void>;
}
