import { setTimeout as sleep } from "node:timers/promises";
import { diagnose } from "../diagnosis/index.js";
import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { Plan } from "../domain/plan.js";
import type { Snapshot } from "../domain/snapshot.js";
import { decideRollout } from "./decide-rollout.js";
import type { ExecutionCluster } from "./ports.js";

export type Verification = { kind: "verified" | "no-effect"; summary: string } | { kind: "worse"; summary: string };

const pollMs = 500;

/** The rules once more, over what they need to see the finding again. */
async function stillThere(cluster: ExecutionCluster, plan: Plan, now: Date): Promise<boolean> {
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
  const answer = diagnose(snapshot, { namespace, object: { kind, name } }, now);
  return answer.verdicts.some((verdict) => verdict.causeId === plan.verification.causeId);
}

/** Waits until the changed workload serves and the finding is gone, or the plan's window is over. */
export async function verifyRollout(cluster: ExecutionCluster, plan: Plan, now: () => Date): Promise<Verification> {
  const { kind, name } = plan.target;
  const started = now().getTime();
  const seconds = () => Math.round((now().getTime() - started) / 1_000);
  const deadline = started + plan.verification.windowSeconds * 1_000;
  let seen: KubernetesObject | null = null;
  while (now().getTime() < deadline) {
    seen = await cluster.find(plan.target);
    if (!seen) return { kind: "worse", summary: `${kind} ${name} is gone` };
    const rollout = decideRollout(seen);
    if (rollout.kind === "done") {
      const counted = `${rollout.ready} of ${rollout.wanted} ready after ${seconds()} s`;
      if (await stillThere(cluster, plan, now()))
        return { kind: "no-effect", summary: `${counted}, but the finding is still there` };
      return { kind: "verified", summary: `${counted} · finding gone` };
    }
    if (rollout.kind === "stuck") break;
    await sleep(pollMs);
  }
  const rollout = seen && decideRollout(seen);
  const counted =
    rollout && rollout.kind !== "stuck" ? `${rollout.ready} of ${rollout.wanted} ready` : "the rollout is stuck";
  return { kind: "worse", summary: `${counted} after ${seconds()} s` };
}
