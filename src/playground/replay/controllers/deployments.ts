import type { Deployment, ReplicaSet } from "../objects/kinds.js";
import type { PodTemplate } from "../objects/pod-schemas.js";
import { controllerReference, isControlledBy } from "../objects/stored.js";
import { buildDeploymentStatus, deadlineOf } from "./build-deployment-status.js";
import type { Controller, ControllerContext } from "./context.js";
import { decideBounds, decideRolloutStep } from "./decide-rollout-step.js";
import { templateHash } from "./names.js";
import { sameJson } from "../objects/same-json.js";

const revisionKey = "deployment.kubernetes.io/revision";
const historyKey = "deployment.kubernetes.io/revision-history";
const hashLabel = "pod-template-hash";

const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[revisionKey] ?? 0);

/** A ReplicaSet's template as its Deployment had it. */
function templateOf({ spec }: ReplicaSet): PodTemplate {
  const { [hashLabel]: _hash, ...labels } = spec.template.metadata.labels ?? {};
  return { ...spec.template, metadata: { ...spec.template.metadata, labels } };
}

/**
 * Deployments to ReplicaSets: one for each template, with revisions; going back to an earlier template takes its old
 * ReplicaSet again, under a new revision.
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
 */
export function createDeploymentController(context: ControllerContext): Controller {
  const { store, clock, events } = context;
  const alarms = new Map<string, () => void>();

  function scale(deployment: Deployment, set: ReplicaSet, replicas: number): void {
    if (set.spec.replicas === replicas) return;
    const direction = replicas > set.spec.replicas ? "up" : "down";
    store.change(set, (draft) => {
      draft.spec.replicas = replicas;
    });
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`;
    events.record(deployment, {
      type: "Normal",
      reason: "ScalingReplicaSet",
      message,
      component: "deployment-controller",
    });
  }

  function createSet(deployment: Deployment, revision: number, bounds: { wanted: number; surge: number }): ReplicaSet {
    const { template, selector } = deployment.spec;
    const hash = templateHash(template);
    const labels = { ...template.metadata.labels, [hashLabel]: hash };
    return store.create("ReplicaSet", {
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: annotations(revision, bounds),
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: { matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
      status: { replicas: 0 },
    });
  }

  function annotations(revision: number, { wanted, surge }: { wanted: number; surge: number }): Record<string, string> {
    return {
      "deployment.kubernetes.io/desired-replicas": String(wanted),
      "deployment.kubernetes.io/max-replicas": String(wanted + surge),
      [revisionKey]: String(revision),
    };
  }

  /** The ReplicaSet of the template as it is now, with the newest revision of all. */
  function currentSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet {
    const known = sets.find((set) => sameJson(templateOf(set), deployment.spec.template));
    const others = sets.filter((set) => set !== known).map(revisionOf);
    const newest = Math.max(0, ...others) + 1;
    const { rollingUpdate } = deployment.spec.strategy;
    const wanted = deployment.spec.replicas;
    const { surge } = decideBounds({
      wanted,
      maxSurge: rollingUpdate?.maxSurge ?? 0,
      maxUnavailable: rollingUpdate?.maxUnavailable ?? 0,
    });
    const set = known ?? createSet(deployment, newest, { wanted, surge });
    const revision = Math.max(revisionOf(set), newest);
    store.change(set, (draft) => {
      const history =
        revision === revisionOf(set)
          ? {}
          : { [historyKey]: [set.metadata.annotations?.[historyKey], revisionOf(set)].filter(Boolean).join(",") };
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        ...history,
        ...annotations(revision, { wanted, surge }),
      };
    });
    store.change(deployment, (draft) => {
      draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: String(revision) };
    });
    return store.get("ReplicaSet", set.metadata.namespace, set.metadata.name);
  }

  function roll(deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): void {
    const { strategy, replicas } = deployment.spec;
    const counts = ({ spec, status }: ReplicaSet) => ({
      replicas: spec.replicas,
      available: status?.availableReplicas ?? 0,
    });
    const step = decideRolloutStep({
      wanted: replicas,
      strategy: strategy.type,
      maxSurge: strategy.rollingUpdate?.maxSurge ?? "25%",
      maxUnavailable: strategy.rollingUpdate?.maxUnavailable ?? "25%",
      current: counts(current),
      old: old.map(counts),
      oldPods: old.reduce((total, { status }) => total + (status?.replicas ?? 0), 0),
    });
    scale(deployment, current, step.current);
    old.forEach((set, index) => {
      scale(deployment, set, step.old[index] ?? set.spec.replicas);
    });
  }

  function dropHistory(deployment: Deployment, old: readonly ReplicaSet[]): void {
    const idle = old.filter(({ spec, status }) => spec.replicas === 0 && (status?.replicas ?? 0) === 0);
    for (const set of idle.slice(0, Math.max(0, idle.length - deployment.spec.revisionHistoryLimit))) store.remove(set);
  }

  function reconcileOne(found: Deployment): void {
    const { namespace, name } = found.metadata;
    const owned = () =>
      store
        .all("ReplicaSet", namespace)
        .filter((set) => isControlledBy(set, found))
        .sort((left, right) => revisionOf(left) - revisionOf(right));
    const paused = found.spec.paused === true;
    const known = owned().find((set) => sameJson(templateOf(set), found.spec.template));
    const current = paused ? known : currentSet(found, owned());
    const deployment = store.get("Deployment", namespace, name);
    const old = owned().filter((set) => set.metadata.uid !== current?.metadata.uid);
    if (current && !paused) {
      roll(deployment, current, old);
      dropHistory(deployment, old);
    }
    const fresh = owned();
    const status = buildDeploymentStatus(
      deployment,
      fresh.find((set) => set.metadata.uid === current?.metadata.uid),
      fresh,
      clock.stamp(),
    );
    store.change(deployment, (draft) => {
      draft.status = status;
    });
    watchDeadline(store.get("Deployment", namespace, name));
  }

  /** A rollout that stands still changes nothing by itself: only the time does. */
  function watchDeadline(deployment: Deployment): void {
    const { uid, namespace, name } = deployment.metadata;
    alarms.get(uid)?.();
    alarms.delete(uid);
    const deadline = deadlineOf(deployment);
    if (!deadline) return;
    const wait = Math.max(deadline.getTime() - clock.now().getTime(), 0) + 1_000;
    alarms.set(
      uid,
      clock.after(wait, () => {
        const found = store.find("Deployment", namespace, name);
        if (found) reconcileOne(found);
      }),
    );
  }

  return {
    kinds: ["Deployment", "ReplicaSet"],
    reconcile() {
      for (const deployment of store.all("Deployment")) reconcileOne(deployment);
    },
  };
}
