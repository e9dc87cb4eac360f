import type { AgentRun, Condition } from "../domain/agent-run.js";
import type { AuditEvent } from "../domain/audit-event.js";
import type { Decision, DecisionStatus } from "../domain/decision.js";
import type { Fact } from "../domain/fact.js";
import type { Grant } from "./build-grants.js";

export interface ControllerCluster {
  findDecision(name: string): Promise<Decision | null>;
  /** Creates a Decision, or leaves the one of that name as it is. */
  ensureDecision(decision: Decision): Promise<void>;
  mergeDecisionStatus(name: string, status: DecisionStatus): Promise<void>;
  /** Replaces the conditions of a run of the version that was read; another version is a `conflict`. */
  setRunConditions(run: AgentRun, conditions: readonly Condition[]): Promise<void>;
  mint(grants: readonly Grant[]): Promise<void>;
  takeBack(grants: readonly Grant[]): Promise<void>;
}

export type Tell = (fact: Fact, id: string) => Promise<void>;
export type Audit = (event: AuditEvent) => Promise<void>;
