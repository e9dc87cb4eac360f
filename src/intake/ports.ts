import type { AuditEvent } from "../domain/audit-event.js";
import type { Fact } from "../domain/fact.js";
import type { InvestigationRequest } from "../domain/investigation-request.js";

export interface InvestigationQueue {
  /**
   * Makes a request durable. "duplicate": the same delivery was here before; "joined": another request asks the same
   * within the window. Rejects at once when the queue is unreachable.
   */
  enqueue(
    request: InvestigationRequest,
    windowMs: number,
  ): Promise<{ kind: "new" | "duplicate" | "joined"; run: string }>;
  /** Lets the same be asked again, when the run that held the key has ended. */
  release(dedupeKey: string, run: string): Promise<void>;
  /** Remembers which run looks at an alert, for its "resolved". */
  linkAlert(fingerprint: string, run: string): Promise<void>;
  findAlert(fingerprint: string): Promise<string | null>;
}

export type Audit = (event: AuditEvent) => Promise<void>;
export type Tell = (fact: Fact, id: string) => Promise<void>;

/** What is known of runs, for people who ask. */
export interface RunSummary {
  run: string;
  subject: string;
  state: string;
  requestedBy: string | null;
  /** A link to the card, in Slack's syntax; null where there is none yet. */
  link: string | null;
}

export interface RunIndex {
  find(run: string): Promise<RunSummary | null>;
  recent(count: number): Promise<RunSummary[]>;
  link(run: string): Promise<string | null>;
  cancel(run: string, by: string): Promise<void>;
}
