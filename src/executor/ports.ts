import type { Decision } from "../domain/decision.js";
import type { RunBriefing, StepReport } from "../domain/gateway-api.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { Outcome } from "../domain/outcome.js";
import type { PatchOperation, Plan } from "../domain/plan.js";

/** The gateway, as an execution sees it. */
export interface ExecutionGateway {
  briefing(): Promise<RunBriefing>;
  /** Records a step; a rejection means that the next step must not be taken. */
  step(report: StepReport): Promise<void>;
  outcome(outcome: Outcome): Promise<void>;
}

/** The cluster, with the rights that were minted for this one plan. */
export interface ExecutionCluster {
  findDecision(name: string): Promise<Decision | null>;
  find(target: Plan["target"]): Promise<KubernetesObject | null>;
  patch(target: Plan["target"], patch: readonly PatchOperation[], dryRun: boolean): Promise<KubernetesObject>;
  list(apiVersion: string, kind: string, namespace: string): Promise<KubernetesObject[]>;
}
