import type { Decision } from "../../src/domain/decision.js";
import { KubeClawError } from "../../src/domain/errors.js";
import type { RunBriefing, StepReport } from "../../src/domain/gateway-api.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { Outcome } from "../../src/domain/outcome.js";
import type { PatchOperation } from "../../src/domain/plan.js";
import type { ExecutionCluster, ExecutionGateway } from "../../src/executor/index.js";
import { isOf, patched, written } from "./live-object.js";

export interface Execution {
  decision: Decision | null;
  live: KubernetesObject | null;
  /** Objects of the namespace, read by the verification. */
  others: KubernetesObject[];
  /** What admission makes of a patched object. */
  admit: (object: KubernetesObject) => KubernetesObject;
  /** What the cluster makes of a write, as its controllers would: a rolled-out status, or none. */
  settle: (object: KubernetesObject) => KubernetesObject;
  /** Throws in place of a write, before or after it took effect. */
  failWrite: { error: Error; applied: boolean } | null;
  /** Steps that the gateway refuses. */
  refuseSteps: Partial<Record<StepReport["step"], Error>>;
  briefing: RunBriefing;
}

/** One deployment, one decision and the gateway, with every call in one log. */
export function createExecution(state: Execution) {
  const log: string[] = [];
  const writes: { patch: readonly PatchOperation[]; before: KubernetesObject }[] = [];
  const outcomes: Outcome[] = [];
  const cluster: ExecutionCluster = {
    findDecision: (name) => Promise.resolve(state.decision?.metadata.name === name ? state.decision : null),
    find: (target) => Promise.resolve(isOf(state.live, target) ? structuredClone(state.live) : null),
    async patch(target, patch, dryRun) {
      log.push(dryRun ? "dry-run" : "write");
      const live = await Promise.resolve(state.live);
      if (!live || !isOf(live, target)) throw new KubeClawError("not-found", "gone");
      const next = written(live, state.admit(patched(live, patch)));
      if (dryRun) return next;
      writes.push({ patch, before: live });
      if (state.failWrite?.applied !== false) state.live = state.settle(next);
      if (state.failWrite) throw state.failWrite.error;
      return next;
    },
    list: (_apiVersion, kind) =>
      Promise.resolve([...state.others, ...(state.live ? [state.live] : [])].filter((object) => object.kind === kind)),
  };
  const gateway: ExecutionGateway = {
    briefing: () => Promise.resolve(state.briefing),
    step({ step }) {
      const refusal = state.refuseSteps[step];
      if (refusal) return Promise.reject(refusal);
      log.push(`step ${step}`);
      return Promise.resolve();
    },
    outcome(outcome) {
      log.push(`outcome ${outcome.state}`);
      outcomes.push(outcome);
      return Promise.resolve();
    },
  };
  return { state, log, writes, outcomes, cluster, gateway };
}
