import { type Authority, decideAuthority } from "../approval/index.js";
import { type AgentRun, type Condition, isFinished } from "../domain/agent-run.js";
import type { SignedApproval } from "../domain/approval.js";
import type { Decision } from "../domain/decision.js";
import { cutText } from "../domain/cut-text.js";
import { isKubeClawError, KubeClawError } from "../domain/errors.js";
import type { Freezes } from "../domain/freeze.js";
import { type KubernetesObject, numberAt } from "../domain/kubernetes-object.js";
import type { Outcome } from "../domain/outcome.js";
import type { Plan } from "../domain/plan.js";
import { buildDiff, type PlanningCluster } from "../planning/index.js";
import { buildGrants } from "./build-grants.js";
import { isSettled } from "./handle-message.js";
import type { Audit, ControllerCluster, Tell } from "./ports.js";

/** How long an executor's own word may be under way after its Job has ended. */
const outcomeGraceMs = 5_000;

function has(run: AgentRun, type: string): boolean {
  return run.status?.conditions?.some((condition) => condition.type === type) ?? false;
}

/** Whether the live object is what the plan would have made of it. Only the fields of the plan are compared. */
function shows(live: KubernetesObject, plan: Plan): boolean {
  const wanted = new Map(plan.diff.map(({ path, to }) => [path, to]));
  const empty = { apiVersion: live.apiVersion, kind: live.kind, metadata: { name: live.metadata.name } };
  const fields = new Map(buildDiff(empty, live).map(({ path, to }) => [path, to]));
  return [...wanted].every(([path, to]) => (fields.get(path) ?? null) === to);
}

/** What became of a plan whose executor ended without a word: only the cluster knows. */
function decideLostOutcome(
  plan: Plan,
  live: KubernetesObject | null,
  error: string | undefined,
): Pick<Outcome, "state" | "applied" | "summary"> {
  const why =
    error === undefined ? "the executor ended without an answer" : `the executor ended without an answer (${error})`;
  if (!live) return { state: "unknown", applied: false, summary: `${why}; the object is gone` };
  if (live.metadata.uid === plan.target.uid && live.metadata.generation === plan.target.generation) {
    return { state: "failed", applied: false, summary: `${why}; nothing was changed` };
  }
  if (!shows(live, plan))
    return { state: "unknown", applied: false, summary: `${why}; the object was changed, but not to what was planned` };
  const ready = numberAt(live, "status", "availableReplicas") ?? 0;
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  return {
    state: "unknown",
    applied: true,
    summary: `${why}; the cluster shows the change, ${ready} of ${wanted} available`,
  };
}

/** Authorises executions whose approval holds, and takes their rights back when they have ended. */
export function createReconcileExecution(deps: {
  cluster: ControllerCluster;
  planning: PlanningCluster;
  freezes: Freezes;
  /** Is what is recorded also sealed? Without that, nothing more is executed. */
  sealing: () => boolean;
  tell: Tell;
  verify: (approval: SignedApproval) => boolean;
  audit: Audit;
  executorNamespace: string;
  handleOutcome: (run: string, outcome: Outcome) => Promise<void>;
  now: () => Date;
}): (run: AgentRun) => Promise<void> {
  const { cluster, planning, freezes, sealing, tell, verify, audit, executorNamespace, handleOutcome, now } = deps;

  async function mark(
    run: AgentRun,
    type: string,
    status: "True" | "False",
    reason: string,
    message: string,
  ): Promise<void> {
    const condition: Condition = { type, status, reason, message, lastTransitionTime: now().toISOString() };
    const others = (run.status?.conditions ?? []).filter((entry) => entry.type !== type);
    await cluster.setRunConditions(run, [...others, condition]);
  }

  function authorityOf(run: AgentRun, decision: Decision | null): Authority {
    const { approval } = run.spec;
    if (!approval || !decision) return { kind: "refused", reason: "stale" };
    const { phase, executionRun } = decision.status ?? {};
    if (isSettled(phase)) return { kind: "refused", reason: phase === "Superseded" ? "superseded" : "already-decided" };
    if (executionRun !== undefined && executionRun !== run.metadata.name)
      return { kind: "refused", reason: "already-decided" };
    return decideAuthority({ approval, decision, verify, now: now() });
  }

  async function authorityNow(run: AgentRun, decision: Decision | null): Promise<Authority> {
    const authority = authorityOf(run, decision);
    if (authority.kind === "refused") return authority;
    const frozen = await freezes.find(authority.plan.target.namespace);
    return frozen ? { kind: "refused", reason: "frozen" } : authority;
  }

  function grantsOf(run: AgentRun, plan: Plan) {
    const { name } = run.metadata;
    return buildGrants({
      run: name,
      tenant: run.spec.tenant,
      decision: run.spec.decision ?? "",
      plan,
      executorNamespace,
    });
  }

  async function authorize(run: AgentRun, decision: Decision | null): Promise<void> {
    const authority = await authorityNow(run, decision);
    const name = run.metadata.name;
    if (authority.kind === "refused" || !decision) {
      const reason = authority.kind === "refused" ? authority.reason : "stale";
      await audit({
        at: now().toISOString(),
        kind: "approval.refused",
        actor: { kind: "system", id: "controller" },
        run: run.spec.investigation ?? name,
        ...(run.spec.decision === undefined ? {} : { decision: run.spec.decision }),
        detail: { reason, execution: name },
      });
      return mark(run, "Authorized", "False", reason, "the approval does not cover this plan now");
    }
    if (!sealing()) {
      const [about, text] = [authority.plan.run, "Waiting: the audit log cannot be written; nothing runs until it can"];
      const at = now().toISOString();
      await tell({ kind: "executing", run: about, at, decision: decision.metadata.name, text }, `${name}-unsealed`);
      throw new KubeClawError("unavailable", "the audit chain cannot be written", { retryable: true });
    }
    await cluster.mergeDecisionStatus(decision, { phase: "Approved", executionRun: name });
    const grants = grantsOf(run, authority.plan);
    await cluster.mint(grants).catch(async (error: unknown) => {
      // A namespace that opted out meanwhile, or bound to a role of another version: nobody else would say so.
      if (isKubeClawError(error, "forbidden", "invalid")) {
        const [about, at] = [authority.plan.run, now().toISOString()];
        const text = cutText(`Waiting: the rights for it cannot be given: ${error.message}`, 300);
        await tell({ kind: "executing", run: about, at, decision: decision.metadata.name, text }, `${name}-no-rights`);
      }
      throw error;
    });
    try {
      await mark(run, "Authorized", "True", "Approved", `by ${run.spec.approval?.statement.approvedBy ?? ""}`);
    } catch (error) {
      // Overtaken by another controller: what it has taken back already must not stay because we minted it late.
      const later = await cluster.findRun(name);
      if (!later || has(later, "RightsTakenBack")) await cluster.takeBack(grants);
      throw error;
    }
  }

  async function finish(run: AgentRun, decision: Decision | null): Promise<void> {
    if (decision) {
      const plan = JSON.parse(decision.spec.plan) as Plan;
      await cluster.takeBack(grantsOf(run, plan));
      const ended = Date.parse(run.status?.finishedAt ?? now().toISOString());
      // A run that never held the Decision has nothing to say about the one that does.
      const holder = decision.status?.executionRun;
      const spoke = isSettled(decision.status?.phase) || (holder !== undefined && holder !== run.metadata.name);
      if (!spoke) {
        if (now().getTime() - ended < outcomeGraceMs) return; // its own word may still be on its way
        const live = await planning.findWorkload(plan.target.kind, plan.target.namespace, plan.target.name);
        const at = now().toISOString();
        await handleOutcome(run.spec.investigation ?? plan.run, {
          run: run.metadata.name,
          decision: decision.metadata.name,
          ...decideLostOutcome(plan, live, run.status?.error),
          startedAt: run.status?.startedAt ?? at,
          finishedAt: at,
        });
      }
    }
    await mark(run, "RightsTakenBack", "True", "Ended", "the execution has ended");
  }

  return async (seen) => {
    // Read anew: what a watch brought may be old by now.
    const run = await cluster.findRun(seen.metadata.name);
    if (run?.spec.kind !== "execution" || has(run, "RightsTakenBack")) return;
    const decision = run.spec.decision === undefined ? null : await cluster.findDecision(run.spec.decision);
    if (isFinished(run.status?.phase)) return finish(run, decision);
    if (!has(run, "Authorized")) await authorize(run, decision);
  };
}
