import { setTimeout as sleep } from "node:timers/promises";
import { diagnose } from "../diagnosis/index.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { Plan } from "../domain/plan.js";
import type { Snapshot } from "../domain/snapshot.js";
import { decideRollout, type Rollout } from "./decide-rollout.js";
import type { ExecutionCluster } from "./ports.js";

export type Verification = { kind: "verified" | "no-effect"; summary: string } | { kind: "worse"; summary: string };

const pollMs = 500;
/** A process without a readiness probe is ready the moment it starts; one that dies of what it finds does so soon. */
const steadyMs = 5_000;

/** The rules once more, over what they need to see the finding again, or whatever took its place. */
async function findFault(cluster: ExecutionCluster, plan: Plan, now: Date): Promise<string | null> {
  const { kind, namespace, name } = plan.target;
  const [events, ...lists] = await Promise.all([
    cluster.list("v1", "Event", namespace),
    cluster.list("v1", "Pod", namespace),
    ...(kind === "Deployment" ? [cluster.list("apps/v1", "ReplicaSet", namespace)] : []),
    cluster.list("apps/v1", kind, namespace),
    cluster.list("v1", "ConfigMap", namespace),
  ]);
  const snapshot: Snapshot = {
    meta: {
      formatVersion: 1,
      now: now.toISOString(),
      cluster: { name: plan.cluster },
      scope: { namespaces: [namespace] },
      sources: {
        objects: "partial",
        events: "full",
        logs: "absent",
        metrics: "absent",
        alerts: "absent",
        probes: "absent",
        changes: "absent",
      },
      notes: [],
    },
    objects: lists.flat(),
    events,
    logs: [],
    warnings: [],
  };
  const { verdicts } = diagnose(snapshot, { namespace, object: { kind, name } }, now);
  if (verdicts.some(({ causeId }) => causeId === plan.verification.causeId)) return "the finding is still there";
  // Without logs the same crash may bear another name: what fails is not well, whatever it is called.
  const other = verdicts.find(({ severity }) => severity === "critical");
  return other ? `it fails still: ${other.summary}` : null;
}

/**
 * Waits until the changed workload serves, goes on serving for a moment and has no fault, or the plan's window is over.
 * @param before the workload as it was read before the change.
 */
export async function verifyRollout(
  cluster: ExecutionCluster,
  plan: Plan,
  before: KubernetesObject,
  now: () => Date,
): Promise<Verification> {
  const { kind, name } = plan.target;
  const started = now().getTime();
  const seconds = (time: number) => Math.round((time - started) / 1_000);
  const deadline = started + plan.verification.windowSeconds * 1_000;
  let readySince: number | null = null;
  let rollout: Rollout = { kind: "going-on", ready: 0, wanted: 0 };
  // Who serves in time is given the moment that shows it, however short the window is.
  for (let time = started; time < deadline || readySince !== null; time = now().getTime()) {
    const seen = await cluster.find(plan.target);
    if (!seen) return { kind: "worse", summary: `${kind} ${name} is gone` };
    rollout = decideRollout(seen, before);
    if (rollout.kind === "stuck") break;
    readySince = rollout.kind === "done" ? (readySince ?? time) : null;
    if (rollout.kind === "done" && readySince !== null && time - readySince >= steadyMs) {
      const counted = `${rollout.ready} of ${rollout.wanted} ready after ${seconds(readySince)} s`;
      const fault = await findFault(cluster, plan, now());
      return fault === null
        ? { kind: "verified", summary: `${counted} · finding gone` }
        : { kind: "no-effect", summary: `${counted}, but ${fault}` };
    }
    await sleep(pollMs);
  }
  const counted = rollout.kind === "stuck" ? "the rollout is stuck" : `${rollout.ready} of ${rollout.wanted} ready`;
  return { kind: "worse", summary: `${counted} after ${seconds(now().getTime())} s` };
}
