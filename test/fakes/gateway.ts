import type { RunInput } from "../../src/domain/run-input.js";
import type { Budgets, GatewayCluster, GatewayStore, TokenFinding } from "../../src/gateway/index.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";

/** Tokens and pods as the API server knows them; a token that nobody gave out is not authenticated. */
export function createGatewayCluster(
  tokens: Record<string, TokenFinding>,
  pods: readonly KubernetesObject[],
): GatewayCluster {
  return {
    reviewToken: (token) =>
      Promise.resolve(
        tokens[token] ?? {
          authenticated: false,
          audiences: [],
          username: "",
          podName: undefined,
          podUid: undefined,
          error: "invalid bearer token",
        },
      ),
    findPod: (namespace, name) =>
      Promise.resolve(pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name) ?? null),
  };
}

export function createGatewayStore(...inputs: RunInput[]): GatewayStore & {
  cancelled: Set<string>;
  verdicts: Map<string, number>;
  snapshots: Map<string, { tenant: string; bytes: number }>;
} {
  const byRun = new Map<string, RunInput>(inputs.map((input) => [input.request.run, input]));
  const cancelled = new Set<string>();
  const verdicts = new Map<string, number>();
  const snapshots = new Map<string, { tenant: string; bytes: number }>();
  return {
    cancelled,
    verdicts,
    snapshots,
    input: (run) => Promise.resolve(byRun.get(run) ?? null),
    isCancelled: (run) => Promise.resolve(cancelled.has(run)),
    noteVerdicts(run, count) {
      verdicts.set(run, count);
      return Promise.resolve();
    },
    keepSnapshot(run, tenant, bytes) {
      snapshots.set(run, { tenant, bytes: bytes.byteLength });
      return Promise.resolve();
    },
  };
}

/** Spend in memory, with the caps of the real one. */
export function createBudgets(log: string[] = []): Budgets & { reserved: number; spent: number; calls: number } {
  const budgets = {
    reserved: 0,
    spent: 0,
    calls: 0,
    reserve(_run: string, worst: number, caps: { runUsd: number; runCalls: number; dayUsd: number }) {
      log.push("reserve");
      const after = budgets.reserved + budgets.spent + worst;
      if (budgets.calls >= caps.runCalls) return Promise.resolve("run-calls" as const);
      if (after > caps.runUsd) return Promise.resolve("run-usd" as const);
      if (after > caps.dayUsd) return Promise.resolve("day-usd" as const);
      budgets.reserved += worst;
      budgets.calls += 1;
      return Promise.resolve("ok" as const);
    },
    settle(_run: string, worst: number, actual: number) {
      log.push("settle");
      budgets.reserved -= worst;
      budgets.spent += actual;
      return Promise.resolve();
    },
    spentUsd: () => Promise.resolve(budgets.spent),
  };
  return budgets;
}
