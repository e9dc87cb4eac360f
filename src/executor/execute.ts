import { type Authority, decideAuthority, isOver } from "../approval/index.js";
import type { SignedApproval } from "../domain/approval.js";
import { canonicalJson } from "../domain/canonical-json.js";
import { cutText } from "../domain/cut-text.js";
import { errorMessage, isKubeClawError, KubeClawError } from "../domain/errors.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { Outcome, OutcomeState } from "../domain/outcome.js";
import type { PatchOperation, Plan } from "../domain/plan.js";
import { buildDiff, decideOwner } from "../planning/index.js";
import { verifyRollout } from "./verify-rollout.js";
import type { ExecutionCluster, ExecutionGateway } from "./ports.js";

type Ending = Pick<Outcome, "state" | "applied" | "summary"> & { reason?: string };

function ending(state: OutcomeState, applied: boolean, summary: string, reason?: string): Ending {
  return { state, applied, summary: cutText(summary, 1_000), ...(reason === undefined ? {} : { reason }) };
}

/** Binds a write to the very version that was read a moment ago. */
function onThisVersion(object: KubernetesObject, patch: readonly PatchOperation[]): PatchOperation[] {
  return [{ op: "test", path: "/metadata/resourceVersion", value: object.metadata.resourceVersion ?? "" }, ...patch];
}

/** Refusals of the API server that say for certain that nothing was written. */
function isRefusal(error: unknown): error is KubeClawError {
  return isKubeClawError(
    error,
    "conflict",
    "invalid",
    "forbidden",
    "bad-input",
    "not-found",
    "unauthenticated",
    "throttled",
  );
}

async function findDrift(
  cluster: ExecutionCluster,
  plan: Plan,
): Promise<{ object: KubernetesObject } | { drift: string }> {
  const { kind, name, uid, generation } = plan.target;
  const object = await cluster.find(plan.target);
  if (!object) return { drift: `${kind} ${name} is gone` };
  if (object.metadata.uid !== uid) return { drift: `${kind} ${name} was made anew since the plan` };
  if (object.metadata.generation !== generation) return { drift: `${name} was changed since the plan` };
  const owner = decideOwner(object);
  if (owner) return { drift: `${name} is managed by ${owner.owner} (${owner.name}) now` };
  try {
    const after = await cluster.patch(plan.target, plan.patch, true);
    if (canonicalJson(buildDiff(object, after)) === canonicalJson(plan.diff)) return { object };
    return { drift: "a fresh dry-run gives another difference than the one that was approved" };
  } catch (error) {
    if (isRefusal(error)) return { drift: `the API server refuses the dry-run: ${error.message}` };
    throw error;
  }
}

/** After an answer that never came: what the cluster shows decides whether the change was made. */
async function readOutcome(
  cluster: ExecutionCluster,
  plan: Plan,
  before: KubernetesObject,
): Promise<"applied" | "not-applied" | "unclear"> {
  const now = await cluster.find(plan.target);
  if (now?.metadata.uid !== plan.target.uid) return "unclear";
  const seen = canonicalJson(buildDiff(before, now).filter(({ path }) => path.startsWith("spec.")));
  if (seen === canonicalJson(plan.diff.filter(({ path }) => path.startsWith("spec.")))) return "applied";
  return now.metadata.generation === plan.target.generation ? "not-applied" : "unclear";
}

async function goBack(cluster: ExecutionCluster, gateway: ExecutionGateway, plan: Plan, why: string): Promise<Ending> {
  try {
    await gateway.step({ step: "rolled-back", detail: { why } });
    const object = await cluster.find(plan.target);
    if (object?.metadata.uid !== plan.target.uid)
      return ending("failed", true, `${why}; the object is gone or was made anew`);
    const sameObject: PatchOperation = { op: "test", path: "/metadata/uid", value: plan.target.uid };
    await cluster.patch(plan.target, onThisVersion(object, [sameObject, ...plan.inverse]), false);
    return ending("rolled-back", true, `${why}; went back to what was there before`);
  } catch (error) {
    if (!isKubeClawError(error)) throw error;
    return ending("unknown", true, `${why}; going back failed too: ${error.message}`);
  }
}

/** A step that a person or the kill switch did not let pass ends the execution; any other failure is thrown on. */
function haltedBy(error: unknown): Ending {
  if (isKubeClawError(error, "stopped"))
    return ending("failed", false, "stopped by a person; nothing was changed", "stopped");
  if (isKubeClawError(error, "frozen"))
    return ending("failed", false, "changes are frozen now; nothing was changed", "frozen");
  throw error;
}

async function apply(
  cluster: ExecutionCluster,
  gateway: ExecutionGateway,
  plan: Plan,
  approval: SignedApproval,
  now: () => Date,
): Promise<Ending> {
  try {
    await gateway.step({
      step: "started",
      detail: { planDigest: approval.statement.planDigest, approvedBy: approval.statement.approvedBy },
    });
  } catch (error) {
    return haltedBy(error);
  }
  const found = await findDrift(cluster, plan);
  if ("drift" in found) return ending("failed", false, `${found.drift}; nothing was changed`, "drifted");
  // The record of the step that comes next: without it there is no write. It is also the last point to stop at.
  try {
    await gateway.step({
      step: "dry-run",
      detail: { resourceVersion: found.object.metadata.resourceVersion ?? "", fields: plan.diff.length },
    });
  } catch (error) {
    return haltedBy(error);
  }
  // A server or a gateway that was away may have held us for minutes.
  if (isOver(approval, plan, now()))
    return ending("failed", false, "the approval expired before the change was made; nothing was changed", "expired");
  try {
    await cluster.patch(plan.target, onThisVersion(found.object, plan.patch), false);
  } catch (error) {
    if (isRefusal(error))
      return ending(
        "failed",
        false,
        `the API server refused the change: ${error.message}; nothing was changed`,
        "drifted",
      );
    const outcome = await readOutcome(cluster, plan, found.object);
    if (outcome === "not-applied")
      return ending("failed", false, "the change did not reach the API server; nothing was changed");
    if (outcome === "unclear")
      return ending("unknown", true, `the change was sent and its answer lost: ${errorMessage(error)}`);
  }
  await gateway
    .step({ step: "applied", detail: { target: `${plan.target.namespace}/${plan.target.name}` } })
    .catch(() => undefined);
  if (plan.purpose === "undo") return ending("verified", true, "back to what was there before");
  const verification = await verifyRollout(cluster, plan, found.object, now);
  return verification.kind === "worse"
    ? goBack(cluster, gateway, plan, verification.summary)
    : ending(verification.kind, true, verification.summary);
}

async function authorize(
  cluster: ExecutionCluster,
  verify: (approval: SignedApproval) => boolean,
  approval: SignedApproval,
  now: Date,
): Promise<Authority> {
  const decision = await cluster.findDecision(approval.statement.decision);
  if (!decision) return { kind: "refused", reason: "stale" };
  return decideAuthority({ approval, decision, verify, now });
}

/**
 * One approved plan, applied at most once: signature and Decision, then drift and dry-run, then the write under its
 * preconditions, then verification, and back if it got worse. Every mutating call comes after its audit record.
 * @throws KubeClawError when not even the first record could be made; nothing was changed then.
 */
export async function execute(deps: {
  gateway: ExecutionGateway;
  cluster: ExecutionCluster;
  verify: (approval: SignedApproval) => boolean;
  now: () => Date;
}): Promise<Outcome> {
  const { gateway, cluster, verify, now } = deps;
  const startedAt = now().toISOString();
  const { input } = await gateway.briefing();
  if (input.kind !== "execution") throw new KubeClawError("bad-input", "this run is not an execution");
  const { run, decision, approval } = input.request;
  const authority = await authorize(cluster, verify, approval, now());
  let end: Ending;
  if (authority.kind === "refused")
    end = ending("failed", false, `refused: ${authority.reason}; nothing was changed`, authority.reason);
  else end = await apply(cluster, gateway, authority.plan, approval, now);
  const outcome: Outcome = { run, decision, ...end, startedAt, finishedAt: now().toISOString() };
  await gateway.outcome(outcome);
  return outcome;
}
