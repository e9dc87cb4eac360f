import { KubeClawError } from "../../src/domain/errors.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { PatchOperation } from "../../src/domain/plan.js";
import type { PlanningCluster } from "../../src/planning/index.js";
import { isOf, patched, written } from "./live-object.js";

/** One workload with its ReplicaSets; `fail` is thrown in place of a dry-run. */
export function createPlanningCluster(state: {
  live: KubernetesObject | null;
  replicaSets: KubernetesObject[];
  autoscalers?: KubernetesObject[] | Error;
  fail?: Error;
}): PlanningCluster & { dryRuns: (readonly PatchOperation[])[] } {
  const dryRuns: (readonly PatchOperation[])[] = [];
  return {
    dryRuns,
    findWorkload: (kind, namespace, name) =>
      Promise.resolve(isOf(state.live, { kind, namespace, name }) ? structuredClone(state.live) : null),
    autoscalersIn: () =>
      state.autoscalers instanceof Error ? Promise.reject(state.autoscalers) : Promise.resolve(state.autoscalers ?? []),
    replicaSetsOf: () => Promise.resolve(structuredClone(state.replicaSets)),
    async dryRun(deployment, patch) {
      dryRuns.push(patch);
      const live = await Promise.resolve(state.live);
      if (state.fail) throw state.fail;
      if (!live) throw new KubeClawError("not-found", "gone");
      return written(deployment, patched(live, patch));
    },
  };
}
