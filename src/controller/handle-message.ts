import type { ControllerMessage } from "../domain/controller-message.js";
import type { Decision, DecisionPhase } from "../domain/decision.js";
import { KubeClawError } from "../domain/errors.js";
import { Plan } from "../domain/plan.js";
import {
  planAction,
  type Planned,
  type PlanningCluster,
  type PlanOrigin,
  type PlanSettings,
  planUndo,
  proposalOf,
} from "../planning/index.js";
import { buildDecision } from "./build-decision.js";
import type { ControllerCluster, Tell } from "./ports.js";

const settledPhases = {
  approved: "Approved",
  denied: "Denied",
  expired: "Expired",
  superseded: "Superseded",
} as const satisfies Record<string, DecisionPhase>;
const outcomePhases = {
  verified: "Verified",
  "no-effect": "NoEffect",
  "rolled-back": "RolledBack",
  failed: "Failed",
  unknown: "Unknown",
} as const satisfies Record<string, DecisionPhase>;

/** Phases from which nothing follows any more. */
export function isSettled(phase: DecisionPhase | undefined): boolean {
  return phase !== undefined && phase !== "AwaitingApproval" && phase !== "Approved";
}

function planOf(decision: Decision): Plan {
  return Plan.parse(JSON.parse(decision.spec.plan));
}

/** The same change once more, on the object as it is now: a plan whose recorded way back is what is wanted. */
function again(plan: Plan): Plan {
  const operations = plan.patch.filter((operation) => !operation.path.startsWith("/metadata/"));
  return { ...plan, patch: plan.inverse, inverse: operations };
}

/** Works on what the controller is told. Each message may come twice: names and phases make the second one harmless. */
export function createHandleMessage(deps: {
  cluster: ControllerCluster;
  planning: PlanningCluster;
  settings: PlanSettings;
  tell: Tell;
  namespace: string;
  tenant: string;
}): (message: ControllerMessage) => Promise<void> {
  const { cluster, planning, settings, tell, namespace, tenant } = deps;

  async function offer(planned: Planned, message: ControllerMessage): Promise<void> {
    const { run, at } = message;
    if (planned.kind === "refused") {
      await tell(
        { kind: "no-plan", run, at, reason: planned.reason.slice(0, 500) },
        `${run}-no-plan-${Date.parse(at)}`,
      );
      return;
    }
    const decision = await cluster.ensureDecision(buildDecision(planned, namespace, tenant));
    if (decision.status?.phase === undefined)
      await cluster.mergeDecisionStatus(decision, { phase: "AwaitingApproval" });
    await tell(
      { kind: "plan", run, at, offer: { decision: planned.id, plan: planned.text, planDigest: planned.digest } },
      `${planned.id}-plan`,
    );
  }

  function originOf(message: ControllerMessage, causeId: string, reason: string): PlanOrigin {
    return { run: message.run, causeId, reason, requestedBy: message.requestedBy, at: message.at };
  }

  async function planAgain(message: Extract<ControllerMessage, { kind: "undo" | "replan" }>): Promise<Planned> {
    const decision = await cluster.findDecision(message.decision);
    if (!decision) return { kind: "refused", reason: "the plan is not there any more" };
    const plan = planOf(decision);
    const phase = decision.status?.phase;
    if (message.kind === "undo") {
      if (phase !== "Verified" && phase !== "NoEffect")
        return { kind: "refused", reason: "nothing of that plan is in effect" };
      return planUndo(
        planning,
        settings,
        originOf(message, plan.verification.causeId, `undo of "${plan.summary}"`),
        plan,
      );
    }
    const origin = originOf(message, plan.verification.causeId, plan.reason);
    if (plan.purpose === "undo") return planUndo(planning, settings, origin, again(plan));
    return planAction(planning, settings, origin, proposalOf(plan));
  }

  return async (message) => {
    switch (message.kind) {
      case "propose": {
        const { proposal, causeId } = message;
        return offer(
          await planAction(planning, settings, originOf(message, causeId, proposal.reason), proposal),
          message,
        );
      }
      case "undo":
      case "replan":
        return offer(await planAgain(message), message);
      case "settled": {
        const decision = await cluster.findDecision(message.decision);
        // Rights may have been given before this was told: then only who decided, and when, is new.
        const known = decision?.status?.decidedAt !== undefined && message.state === "approved";
        if (!decision || isSettled(decision.status?.phase) || known) return;
        return cluster.mergeDecisionStatus(decision, {
          phase: settledPhases[message.state],
          ...(message.by === null ? {} : { decidedBy: message.by }),
          decidedAt: message.at,
          ...(message.reason === undefined ? {} : { reason: message.reason }),
        });
      }
      case "outcome": {
        const { outcome, run, at } = message;
        const decision = await cluster.findDecision(outcome.decision);
        if (!decision) throw new KubeClawError("not-found", `there is no Decision ${outcome.decision} any more`);
        if (isSettled(decision.status?.phase)) return;
        // The thread is told first: after a crash in between, the message comes again.
        await tell({ kind: "outcome", run, at, outcome }, `${outcome.decision}-outcome`);
        return cluster.mergeDecisionStatus(decision, {
          phase: outcomePhases[outcome.state],
          executionRun: outcome.run,
          applied: outcome.applied,
          outcome: outcome.summary,
          finishedAt: outcome.finishedAt,
        });
      }
    }
  };
}
