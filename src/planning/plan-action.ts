import { cutText } from "../domain/cut-text.js";
import type { ActionProposal } from "../domain/action.js";
import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { isKubeClawError } from "../domain/errors.js";
import { describeIssue } from "../domain/parse-input.js";
import { type DecisionId, decisionId, type RunId } from "../domain/ids.js";
import { type KubernetesObject, numberAt } from "../domain/kubernetes-object.js";
import { Plan, type PlannedAction, WorkloadKind } from "../domain/plan.js";
import { buildDiff } from "./build-diff.js";
import { buildRolloutRestart } from "./build-rollout-restart.js";
import { buildRolloutUndo } from "./build-rollout-undo.js";
import { buildScale } from "./build-scale.js";
import { type Change, preconditions } from "./change.js";
import { decideOwner } from "./decide-owner.js";
import { decideTier } from "./decide-tier.js";
import type { PlanningCluster } from "./ports.js";

export interface PlanSettings {
  cluster: string;
  environment: (namespace: string) => "production" | "staging" | "sandbox";
  expiresAfterMs: number;
}

/** Where a plan comes from: equal origins over an equal object give an equal plan, digest and decision. */
export interface PlanOrigin {
  run: RunId;
  causeId: string;
  reason: string;
  requestedBy: string | null;
  at: string;
}

export type Planned =
  | { kind: "planned"; id: DecisionId; plan: Plan; text: string; digest: string }
  | { kind: "refused"; reason: string };

function refused(reason: string): Planned {
  return { kind: "refused", reason };
}

/** How long a rollout may take before it counts as failed: the workload's own deadline, two minutes at most. */
function verificationWindow(workload: KubernetesObject): number {
  return Math.min(numberAt(workload, "spec", "progressDeadlineSeconds") ?? 120, 120);
}

/** How many pods a change touches. */
function podsOf(workload: KubernetesObject, action: PlannedAction): number {
  const now =
    workload.kind === "DaemonSet"
      ? numberAt(workload, "status", "desiredNumberScheduled")
      : numberAt(workload, "spec", "replicas");
  return action.type === "scale" ? Math.abs(action.replicas - (now ?? 1)) : (now ?? 1);
}

/** Lets the server say what the patch would do, and makes the plan of it. */
async function finish(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  workload: KubernetesObject,
  change: Pick<Plan, "purpose" | "action" | "summary" | "patch" | "inverse">,
): Promise<Planned> {
  const { namespace = "", name, uid = "", generation = 0 } = workload.metadata;
  let after: KubernetesObject;
  try {
    after = await cluster.dryRun(workload, change.patch);
  } catch (error) {
    if (isKubeClawError(error, "conflict", "invalid", "forbidden", "bad-input"))
      return refused(`the API server refuses the change: ${error.message}`);
    throw error;
  }
  const parsed = Plan.safeParse({
    version: 1,
    run: origin.run,
    cluster: settings.cluster,
    ...change,
    summary: cutText(change.summary, 300),
    target: { apiVersion: "apps/v1", kind: WorkloadKind.parse(workload.kind), namespace, name, uid, generation },
    reason: origin.reason,
    diff: buildDiff(workload, after),
    tier: decideTier(change.action, workload, settings.environment(namespace)),
    blast: { objects: 1, pods: podsOf(workload, change.action) },
    verification: { causeId: origin.causeId, windowSeconds: verificationWindow(workload) },
    requestedBy: origin.requestedBy,
    plannedAt: origin.at,
    expiresAt: new Date(Date.parse(origin.at) + settings.expiresAfterMs).toISOString(),
  } satisfies Plan);
  if (!parsed.success) {
    const { field, message } = describeIssue(parsed.error);
    return refused(`the change cannot be planned: ${field}: ${message}`);
  }
  const plan = parsed.data;
  const text = canonicalJson(plan);
  const digest = sha256(text);
  return { kind: "planned", id: decisionId(origin.run, digest), plan, text, digest };
}

async function buildChange(
  cluster: PlanningCluster,
  workload: KubernetesObject,
  proposal: ActionProposal,
  at: string,
): Promise<Change> {
  switch (proposal.type) {
    case "rollout-undo":
      return buildRolloutUndo(workload, await cluster.replicaSetsOf(workload), proposal.parameters.toRevision);
    case "rollout-restart":
      return buildRolloutRestart(workload, at);
    case "scale":
      return buildScale(
        workload,
        await cluster.autoscalersIn(workload.metadata.namespace ?? ""),
        proposal.parameters.replicas,
      );
  }
}

/**
 * Turns a wish into a plan: from the live object, with its inverse and the server's dry-run, or a reason why not.
 * Nothing of the wish but its type, its object and its parameters is used.
 */
export async function planAction(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  proposal: ActionProposal,
): Promise<Planned> {
  const { kind, namespace, name } = proposal.object;
  const known = WorkloadKind.safeParse(kind);
  if (!known.success)
    return refused(`${proposal.type} works on Deployments, StatefulSets and DaemonSets, not on ${kind}`);
  if (namespace === undefined) return refused("the proposal names no namespace");
  const workload = await cluster.findWorkload(known.data, namespace, name);
  if (!workload) return refused(`${kind} ${name} is gone`);
  const owner = decideOwner(workload);
  if (owner) return refused(`${name} is managed by ${owner.owner} (${owner.name}); change it there`);
  let change: Change;
  try {
    change = await buildChange(cluster, workload, proposal, origin.at);
  } catch (error) {
    if (isKubeClawError(error, "forbidden")) return refused(`what the plan rests on cannot be read: ${error.message}`);
    throw error;
  }
  if (change.kind === "refused") return refused(change.reason);
  const { action, summary, patch, inverse } = change;
  return finish(cluster, settings, origin, workload, { purpose: "remedy", action, summary, patch, inverse });
}

/** The action that an undo amounts to: for a scale, back to the replicas that the inverse restores. */
function undoOf(done: Plan): PlannedAction {
  if (done.action.type !== "scale") return done.action;
  const restored = done.inverse.find((operation) => operation.op === "replace" && operation.path === "/spec/replicas");
  return { type: "scale", replicas: Number(restored?.op === "replace" ? restored.value : Number.NaN) };
}

/** Plans the way back from an executed plan: its recorded inverse, on the object as it is now. */
export async function planUndo(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  done: Plan,
): Promise<Planned> {
  const { kind, namespace, name, uid } = done.target;
  const workload = await cluster.findWorkload(kind, namespace, name);
  if (workload?.metadata.uid !== uid) return refused(`${kind} ${name} is gone or was made anew since`);
  const owner = decideOwner(workload);
  if (owner) return refused(`${name} is managed by ${owner.owner} (${owner.name}) now; change it there`);
  const planned = await finish(cluster, settings, origin, workload, {
    purpose: "undo",
    action: undoOf(done),
    summary: `Undo: ${name} as it was before "${done.summary}"`,
    patch: [...preconditions(workload), ...done.inverse],
    inverse: done.patch.filter((operation) => !operation.path.startsWith("/metadata/")),
  });
  return planned.kind === "refused"
    ? refused(`${name} was changed since; it cannot be undone (${planned.reason})`)
    : planned;
}

/** The wish that a plan came from, to be planned again on the object as it is now. */
export function proposalOf(plan: Plan): ActionProposal {
  const { kind, namespace, name } = plan.target;
  const wish = { object: { kind, namespace, name }, tier: plan.tier, reason: cutText(plan.reason, 500) };
  switch (plan.action.type) {
    case "rollout-undo":
      return { type: "rollout-undo", ...wish, parameters: { toRevision: plan.action.toRevision } };
    case "rollout-restart":
      return { type: "rollout-restart", ...wish, parameters: {} };
    case "scale":
      return { type: "scale", ...wish, parameters: { replicas: plan.action.replicas } };
  }
}
