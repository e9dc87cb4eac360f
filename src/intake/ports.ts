import type { AuditEvent } from "../domain/audit-event.js";
import type { Fact } from "../domain/fact.js";
import type { Freeze, Freezes } from "../domain/freeze.js";
import type { InvestigationRequest, Scope } from "../domain/investigation-request.js";

/** "duplicate": the same delivery was here before; "joined": another request asks the same within the window. */
export type Novelty = "new" | "duplicate" | "joined";

export interface InvestigationQueue {
  /**
   * Makes a request durable. Rejects at once when the queue is unreachable, and takes back what it carries out later:
   * the person was told that nothing was started.
   * @returns the run that will answer it, another one than the request's where it joined; and how new it is, which costs
   * one more question.
   */
  enqueue(request: InvestigationRequest, windowMs: number): Promise<{ run: string; novelty: () => Promise<Novelty> }>;
  /** Lets the same be asked again, when the run that held the key has ended. */
  release(dedupeKey: string, run: string): Promise<void>;
  /** The run that holds a key now. */
  holder(dedupeKey: string): Promise<string | null>;
}

/** Which alerts belong to which run. */
export interface AlertIndex {
  /**
   * The target whose investigation an alert belongs to: its own, or, while many targets of one namespace fail at once,
   * the namespace as a whole. One atomic step, so that replicas agree.
   */
  gate(place: { namespace: string; target: string; whole: string }): Promise<string>;
  /** Remembers that alerts belong to a run and fire, and the message that told of them. True where that is news. */
  join(run: string, fingerprints: readonly string[], message: { channel: string; ts: string } | null): Promise<boolean>;
  /** Marks an alert as resolved, in the runs that it belongs to. */
  resolve(fingerprint: string): Promise<{ run: string; wasFiring: boolean; firing: number }[]>;
  /** The run that a message was taken into as an alert; null where it was not. */
  runOf(message: { channel: string; ts: string }): Promise<string | null>;
}

/** Alerts about this are not investigated until then. */
export interface Mute {
  target: string;
  namespace: string;
  /** What was muted, as people type it; null for the whole namespace. */
  object: string | null;
  until: string;
  by: string;
}

export interface Mutes {
  set(mute: Mute): Promise<void>;
  /** Ends a mute; null where there was none. */
  remove(target: string): Promise<Mute | null>;
  /** The mute that covers one of these targets now. */
  find(targets: readonly string[]): Promise<Mute | null>;
  list(): Promise<Mute[]>;
}

/** The kill switch, as admins press it. */
export interface FreezeSwitch extends Freezes {
  /** @param namespace null for everything. */
  freeze(namespace: string | null, by: string, at: string): Promise<void>;
  /** Lifts exactly that freeze; false where there is none. */
  unfreeze(namespace: string | null): Promise<boolean>;
  list(): Promise<Freeze[]>;
}

export type Audit = (event: AuditEvent) => Promise<void>;
/** Begins something that its answer does not wait for. */
export type Later = (work: () => Promise<unknown>) => void;
export type Tell = (fact: Fact, id: string, delayMs?: number) => Promise<void>;

/** Who is one of these users or groups. Any doubt is false. */
export interface Membership {
  isOneOf(user: string, entries: readonly string[], fresh: boolean): Promise<boolean>;
}

/** What one person says of a finding. */
export interface Feedback {
  run: string;
  user: string;
  answer: "right" | "wrong" | "partly";
  text: string | null;
  at: string;
}

export interface FeedbackStore {
  /** Keeps the last word of each person. */
  save(feedback: Feedback): Promise<void>;
}

/** What is known of runs, for people who ask. */
export interface RunSummary {
  run: string;
  namespace: string;
  scope: Scope;
  subject: string;
  state: string;
  requestedBy: string | null;
  /** Is it still being looked at? */
  active: boolean;
  /** A link to the card, in Slack's syntax; null where there is none yet. */
  link: string | null;
}

export interface RunIndex {
  find(run: string): Promise<RunSummary | null>;
  /** The newest runs of the namespaces that may be asked about. */
  recent(count: number, allows: (namespace: string) => boolean): Promise<RunSummary[]>;
  link(run: string): Promise<string | null>;
  cancel(run: string, by: string): Promise<void>;
}
