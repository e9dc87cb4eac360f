import { cutText } from "../domain/cut-text.js";
import type { ActionProposal } from "../domain/action.js";
import { canonicalJson, sha256 } from "../domain/canonical-json.js";
import { isKubeClawError } from "../domain/errors.js";
import { describeIssue } from "../domain/parse-input.js";
import { type DecisionId, decisionId, type RunId } from "../domain/ids.js";
import { type KubernetesObject, numberAt } from "../domain/kubernetes-object.js";
import { type PatchOperation, Plan } from "../domain/plan.js";
import { buildDiff } from "./build-diff.js";
import { buildRolloutUndo, preconditions, verificationWindow } from "./build-rollout-undo.js";
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

/** Lets the server say what the patch would do, and makes the plan of it. */
async function finish(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  deployment: KubernetesObject,
  change: {
    purpose: Plan["purpose"];
    toRevision: number;
    summary: string;
    patch: PatchOperation[];
    inverse: PatchOperation[];
  },
): Promise<Planned> {
  const { namespace = "", name, uid = "", generation = 0 } = deployment.metadata;
  let after: KubernetesObject;
  try {
    after = await cluster.dryRun(deployment, change.patch);
  } catch (error) {
    if (isKubeClawError(error, "conflict", "invalid", "forbidden", "bad-input"))
      return refused(`the API server refuses the change: ${error.message}`);
    throw error;
  }
  const parsed = Plan.safeParse({
    version: 1,
    run: origin.run,
    cluster: settings.cluster,
    purpose: change.purpose,
    action: { type: "rollout-undo", toRevision: change.toRevision },
    target: { apiVersion: "apps/v1", kind: "Deployment", namespace, name, uid, generation },
    summary: change.summary,
    reason: origin.reason,
    patch: change.patch,
    inverse: change.inverse,
    diff: buildDiff(deployment, after),
    tier: decideTier("rollout-undo", settings.environment(namespace)),
    blast: { objects: 1, pods: numberAt(deployment, "spec", "replicas") ?? 1 },
    verification: { causeId: origin.causeId, windowSeconds: verificationWindow(deployment) },
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

/**
 * Turns a wish into a plan: from the live object, with its inverse and the server's dry-run, or a reason why not.
 * Nothing of the wish but its type, its object and its revision is used.
 */
export async function planAction(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  proposal: ActionProposal,
): Promise<Planned> {
  const { kind, namespace, name } = proposal.object;
  if (kind !== "Deployment") return refused(`rollout-undo works on Deployments, not on ${kind}`);
  if (namespace === undefined) return refused("the proposal names no namespace");
  const deployment = await cluster.findDeployment(namespace, name);
  if (!deployment) return refused(`Deployment ${name} is gone`);
  const owner = decideOwner(deployment);
  if (owner) return refused(`${name} is managed by ${owner.owner} (${owner.name}); change it there`);
  const undo = buildRolloutUndo(deployment, await cluster.replicaSetsOf(deployment), proposal.parameters.toRevision);
  if (undo.kind === "refused") return refused(undo.reason);
  const image = undo.image === null ? "" : ` (${undo.image})`;
  return finish(cluster, settings, origin, deployment, {
    purpose: "remedy",
    toRevision: undo.toRevision,
    summary: cutText(`Roll back ${name} to revision ${undo.toRevision}${image}`, 300),
    patch: undo.patch,
    inverse: undo.inverse,
  });
}

/** Plans the way back from an executed plan: its recorded inverse, on the object as it is now. */
export async function planUndo(
  cluster: PlanningCluster,
  settings: PlanSettings,
  origin: PlanOrigin,
  done: Plan,
): Promise<Planned> {
  const { namespace, name, uid } = done.target;
  const deployment = await cluster.findDeployment(namespace, name);
  if (deployment?.metadata.uid !== uid) return refused(`Deployment ${name} is gone or was made anew since`);
  const planned = await finish(cluster, settings, origin, deployment, {
    purpose: "undo",
    toRevision: done.action.toRevision,
    summary: cutText(`Undo: ${name} as it was before "${done.summary}"`, 300),
    patch: [...preconditions(deployment), ...done.inverse],
    inverse: done.patch.filter((operation) => !operation.path.startsWith("/metadata/")),
  });
  return planned.kind === "refused"
    ? refused(`${name} was changed since; it cannot be undone (${planned.reason})`)
    : planned;
}
