import { createHash } from "node:crypto";
import * as z from "zod";

/** A run's id: also the name of its Job, its AgentRun and the value of the label `kubeclaw.dev/run`. */
export const RunId = z
  .string()
  .regex(/^kc-(inv|exe)-[0-9a-f]{20}$/, "expected kc-inv-… or kc-exe-… with 20 hex digits");
export type RunId = z.infer<typeof RunId>;

/** A decision's id: the name of its Decision object. */
export const DecisionId = z.string().regex(/^kc-dec-[0-9a-f]{20}$/, "expected kc-dec-… with 20 hex digits");
export type DecisionId = z.infer<typeof DecisionId>;

function short(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 20);
}

/** The run that one delivery starts; the same delivery gives the same id, so that a second one changes nothing. */
export function investigationId(tenant: string, deliveryId: string): RunId {
  return `kc-inv-${short(["investigation", tenant, deliveryId])}`;
}

/** The one run that may execute a decision: its name is the at-most-once lock in the API server. */
export function executionId(decision: DecisionId): RunId {
  return `kc-exe-${short(["execution", decision])}`;
}

/** One plan for one state of one object: planning the same again gives the same id. */
export function decisionId(run: RunId, planDigest: string): DecisionId {
  return `kc-dec-${short(["decision", run, planDigest])}`;
}
