import {
  type Condition,
  type Deployment,
  type DeploymentStatus,
  type ReplicaSet,
  withCondition,
} from "../objects/kinds.js";
import { decideBounds } from "./decide-rollout-step.js";

const count = (sets: readonly ReplicaSet[], field: "replicas" | "readyReplicas" | "availableReplicas") =>
  sets.reduce((total, { status }) => total + (status?.[field] ?? 0), 0);

/** When a rollout that does not move will be called stuck; undefined where it is not under way. */
export function deadlineOf(deployment: Deployment): Date | undefined {
  const progressing = deployment.status?.conditions?.find(({ type }) => type === "Progressing");
  if (progressing?.status !== "True" || progressing.reason === "NewReplicaSetAvailable") return undefined;
  return new Date(
    Date.parse(progressing.lastUpdateTime ?? progressing.lastTransitionTime) +
      deployment.spec.progressDeadlineSeconds * 1_000,
  );
}

function progress(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  fresh: DeploymentStatus,
  at: string,
): Condition | undefined {
  const before = deployment.status ?? {};
  const condition = before.conditions?.find(({ type }) => type === "Progressing");
  const name = JSON.stringify(current?.metadata.name ?? deployment.metadata.name);
  const say = (status: "True" | "False", reason: string, message: string): Condition => ({
    type: "Progressing",
    status,
    reason,
    message,
    lastTransitionTime: at,
    lastUpdateTime: at,
  });
  const { updatedReplicas = 0, replicas = 0, readyReplicas = 0, availableReplicas = 0 } = fresh;
  const settled = condition?.reason === "NewReplicaSetAvailable" && replicas === updatedReplicas;
  if (settled) return undefined;
  const wanted = deployment.spec.replicas;
  if (current && updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted) {
    return say("True", "NewReplicaSetAvailable", `ReplicaSet ${name} has successfully progressed.`);
  }
  const moved =
    updatedReplicas > (before.updatedReplicas ?? 0) ||
    replicas - updatedReplicas < (before.replicas ?? 0) - (before.updatedReplicas ?? 0) ||
    readyReplicas > (before.readyReplicas ?? 0) ||
    availableReplicas > (before.availableReplicas ?? 0);
  if (moved) return say("True", "ReplicaSetUpdated", `ReplicaSet ${name} is progressing.`);
  if (!condition) return say("True", "NewReplicaSetCreated", `Created new replica set ${name}`);
  const deadline = deadlineOf(deployment);
  if (deadline && deadline.getTime() <= Date.parse(at))
    return say("False", "ProgressDeadlineExceeded", `ReplicaSet ${name} has timed out progressing.`);
  return undefined;
}

/**
 * A Deployment's status from its ReplicaSets.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#deployment-status
 */
export function buildDeploymentStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  at: string,
): DeploymentStatus {
  const counts: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 1,
    replicas: count(all, "replicas"),
    updatedReplicas: count(current ? [current] : [], "replicas"),
    readyReplicas: count(all, "readyReplicas"),
    availableReplicas: count(all, "availableReplicas"),
  };
  const { rollingUpdate } = deployment.spec.strategy;
  const bounds = decideBounds({
    wanted: deployment.spec.replicas,
    maxSurge: rollingUpdate?.maxSurge ?? 0,
    maxUnavailable: rollingUpdate?.maxUnavailable ?? deployment.spec.replicas,
  });
  const available = counts.availableReplicas ?? 0;
  const missing = Math.max(all.reduce((total, { spec }) => total + spec.replicas, 0) - available, 0);
  const enough = available >= deployment.spec.replicas - bounds.unavailable;
  const before = deployment.status?.conditions?.find(({ type }) => type === "Available");
  const moment = {
    lastTransitionTime: at,
    lastUpdateTime: before?.status === (enough ? "True" : "False") ? (before.lastUpdateTime ?? at) : at,
  };
  let conditions = withCondition(
    deployment.status?.conditions,
    enough
      ? {
          type: "Available",
          status: "True",
          reason: "MinimumReplicasAvailable",
          message: "Deployment has minimum availability.",
          ...moment,
        }
      : {
          type: "Available",
          status: "False",
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
          ...moment,
        },
  );
  const step = progress(deployment, current, counts, at);
  if (step) conditions = withCondition(conditions, step);
  const nonZero = Object.entries({ ...counts, unavailableReplicas: missing }).filter(([, value]) => value !== 0);
  return { ...Object.fromEntries(nonZero), conditions };
}
