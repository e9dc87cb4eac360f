import type { AgentRun } from "../../src/domain/agent-run.js";
import type { Decision } from "../../src/domain/decision.js";
import type { ControllerCluster, Grant } from "../../src/controller/index.js";

/** Decisions and grants in memory; every write in one log. */
export function createControllerCluster(known: { decisions?: Decision[] } = {}): ControllerCluster & {
  log: string[];
  decisions: Map<string, Decision>;
  conditions: Map<string, AgentRun["status"]>;
  grants: Set<string>;
} {
  const log: string[] = [];
  const decisions = new Map((known.decisions ?? []).map((decision) => [decision.metadata.name, decision]));
  const conditions = new Map<string, AgentRun["status"]>();
  const grants = new Set<string>();
  const idOf = ({ kind, metadata }: Grant) => `${kind} ${metadata.namespace}/${metadata.name}`;
  return {
    log,
    decisions,
    conditions,
    grants,
    findDecision: (name) => Promise.resolve(structuredClone(decisions.get(name) ?? null)),
    ensureDecision(decision) {
      log.push("ensure decision");
      if (!decisions.has(decision.metadata.name)) decisions.set(decision.metadata.name, decision);
      return Promise.resolve();
    },
    mergeDecisionStatus(name, status) {
      const decision = decisions.get(name);
      if (!decision) return Promise.reject(new Error(`no Decision ${name}`));
      log.push(`decision ${status.phase ?? ""}`);
      decisions.set(name, { ...decision, status: { ...decision.status, ...status } });
      return Promise.resolve();
    },
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
