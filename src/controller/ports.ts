import type { AgentRun, Condition } from "../domain/agent-run.js";
import type { AuditEvent } from "../domain/audit-event.js";
import type { Decision, DecisionStatus } from "../domain/decision.js";
import type { Fact } from "../domain/fact.js";
import type { Grant, GrantName } from "./build-grants.js";

export interface ControllerCluster {
  findDecision(name: string): Promise<Decision | null>;
  /** Creates a Decision, or finds the one of that name. */
  ensureDecision(decision: Decision): Promise<Decision>;
  /** Merges into the status of the version that was read; another version is a retryable `conflict`. */
  mergeDecisionStatus(decision: Decision, status: DecisionStatus): Promise<void>;
  listDecisions(): Promise<Decision[]>;
  deleteDecision(decision: Decision): Promise<void>;
  findRun(name: string): Promise<AgentRun | null>;
  /** Replaces the conditions of a run of the version that was read; another version is a `conflict`. */
  setRunConditions(run: AgentRun, conditions: readonly Condition[]): Promise<void>;
  mint(grants: readonly Grant[]): Promise<void>;
  takeBack(grants: readonly GrantName[]): Promise<void>;
  /** The runs that have an account of their own, with the namespace that their rights are for. */
  mintedFor(): Promise<{ run: string; namespace: string }[]>;
}

export type Tell = (fact: Fact, id: string) => Promise<void>;
export type Audit = (event: AuditEvent) => Promise<void>;
