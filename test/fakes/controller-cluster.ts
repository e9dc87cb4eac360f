import type { AgentRun } from "../../src/domain/agent-run.js";
import type { Decision } from "../../src/domain/decision.js";
import type { ControllerCluster } from "../../src/controller/index.js";
import type { GrantName } from "../../src/controller/build-grants.js";
import { KubeClawError } from "../../src/domain/errors.js";

/** Decisions and grants in memory; every write in one log. */
export function createControllerCluster(
  known: { decisions?: Decision[]; runs?: AgentRun[]; minted?: { run: string; namespace: string }[] } = {},
): ControllerCluster & {
  log: string[];
  decisions: Map<string, Decision>;
  runs: Map<string, AgentRun>;
  conditions: Map<string, AgentRun["status"]>;
  grants: Set<string>;
} {
  const log: string[] = [];
  const decisions = new Map((known.decisions ?? []).map((decision) => [decision.metadata.name, decision]));
  const conditions = new Map<string, AgentRun["status"]>();
  const grants = new Set<string>();
  const runs = new Map((known.runs ?? []).map((run) => [run.metadata.name, run]));
  const minted = known.minted ?? [];
  const idOf = ({ kind, metadata }: GrantName) => `${kind} ${metadata.namespace}/${metadata.name}`;
  return {
    log,
    decisions,
    runs,
    conditions,
    grants,
    findDecision: (name) => Promise.resolve(structuredClone(decisions.get(name) ?? null)),
    ensureDecision(decision) {
      log.push("ensure decision");
      const known = decisions.get(decision.metadata.name) ?? decision;
      decisions.set(known.metadata.name, known);
      return Promise.resolve(structuredClone(known));
    },
    mergeDecisionStatus(seen, status) {
      const { name } = seen.metadata;
      const decision = decisions.get(name);
      if (!decision) return Promise.reject(new Error(`no Decision ${name}`));
      if (decision.metadata.resourceVersion !== seen.metadata.resourceVersion)
        return Promise.reject(new KubeClawError("conflict", "another version", { retryable: true }));
      log.push(`decision ${status.phase ?? ""}`);
      const resourceVersion = String(Number(decision.metadata.resourceVersion ?? 0) + 1);
      const metadata = { ...decision.metadata, resourceVersion };
      decisions.set(name, { ...decision, metadata, status: { ...decision.status, ...status } });
      return Promise.resolve();
    },
    listDecisions: () => Promise.resolve([...decisions.values()]),
    deleteDecision({ metadata: { name } }) {
      log.push(`delete decision ${name}`);
      decisions.delete(name);
      return Promise.resolve();
    },
    findRun: (name) => Promise.resolve(runs.get(name) ?? null),
    mintedFor: () => Promise.resolve(minted),
    setRunConditions(run, list) {
      log.push(`condition ${list.at(-1)?.type ?? ""}=${list.at(-1)?.status ?? ""}`);
      conditions.set(run.metadata.name, { ...run.status, conditions: [...list] });
      return Promise.resolve();
    },
    mint(list) {
      log.push("mint");
      for (const grant of list) grants.add(idOf(grant));
      return Promise.resolve();
    },
    takeBack(list) {
      log.push("take back");
      for (const grant of list) grants.delete(idOf(grant));
      return Promise.resolve();
    },
  };
}
