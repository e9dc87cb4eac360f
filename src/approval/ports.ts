import type { AuditEvent } from "../domain/audit-event.js";
import type { ControllerMessage } from "../domain/controller-message.js";
import type { ExecutionRequest } from "../domain/execution-request.js";
import type { Fact } from "../domain/fact.js";
import type { ApprovalRecord } from "./approval-record.js";
import type { Person } from "./decide-click.js";

/** The approval records; each decided once, by compare-and-set. */
export interface ApprovalStore {
  /** Stores a new record, or returns false where one is there. */
  create(record: ApprovalRecord): Promise<boolean>;
  find(decision: string): Promise<ApprovalRecord | null>;
  /** Moves a pending record to its final state. Returns null where it is decided, and who won stands in the store. */
  settle(record: ApprovalRecord): Promise<ApprovalRecord | null>;
  /**
   * Puts a record back where `settle` had no answer and may still be carried out: its person was told that nothing was
   * started.
   */
  withdraw(pending: ApprovalRecord, attempted: ApprovalRecord): Promise<void>;
  /** Makes a decision the waiting one for an object; returns the one that waited before. */
  claimTarget(target: string, decision: string): Promise<string | null>;
}

export interface People {
  find(user: string): Promise<Person>;
  /** Is the user one of these users or groups? `fresh` reads the groups anew. Any doubt is false. */
  isOneOf(user: string, entries: readonly string[], fresh: boolean): Promise<boolean>;
}

export type Audit = (event: AuditEvent) => Promise<void>;
export type Tell = (fact: Fact, id: string) => Promise<void>;
export type TellController = (message: ControllerMessage, id: string) => Promise<void>;
export type Execute = (request: ExecutionRequest, id: string) => Promise<void>;

/** Where the card of a run stands. */
export type FindCard = (run: string) => Promise<{ channel: string; ts: string } | null>;
