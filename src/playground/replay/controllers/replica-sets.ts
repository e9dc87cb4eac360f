import { type Pod, type ReplicaSet, type ReplicaSetStatus } from "../objects/kinds.js";
import { controllerReference, isControlledBy } from "../objects/stored.js";
import { createPod, isReady } from "../node/pods.js";
import type { Controller, ControllerContext } from "./context.js";
import { randomSuffix } from "./names.js";

const isActive = ({ metadata, status }: Pod) =>
  metadata.deletionTimestamp === undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed";

/** Who goes first: pods that do not serve, then the younger ones. */
function leastNeededFirst(left: Pod, right: Pod): number {
  if (isReady(left) !== isReady(right)) return isReady(left) ? 1 : -1;
  return right.metadata.creationTimestamp.localeCompare(left.metadata.creationTimestamp);
}

/** ReplicaSets to pods. @see https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/ */
export function createReplicaSetController(context: ControllerContext): Controller {
  const { store, events } = context;

  function adjust(set: ReplicaSet, pods: readonly Pod[]): void {
    const say = (reason: string, message: string, type: "Normal" | "Warning" = "Normal") => {
      events.record(set, { type, reason, message, component: "replicaset-controller" });
    };
    for (let missing = set.spec.replicas - pods.length; missing > 0; missing -= 1) {
      const name = `${set.metadata.name}-${randomSuffix()}`;
      const made = createPod(store, {
        metadata: {
          name,
          generateName: `${set.metadata.name}-`,
          namespace: set.metadata.namespace,
          labels: set.spec.template.metadata.labels,
          annotations: set.spec.template.metadata.annotations,
          ownerReferences: [controllerReference(set)],
        },
        spec: set.spec.template.spec,
      });
      if (made.kind === "refused") {
        say("FailedCreate", `Error creating: ${made.message}`, "Warning");
        return;
      }
      say("SuccessfulCreate", `Created pod: ${name}`);
    }
    for (const pod of [...pods].sort(leastNeededFirst).slice(0, Math.max(0, pods.length - set.spec.replicas))) {
      store.markDeleted(pod, pod.spec.terminationGracePeriodSeconds);
      say("SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
    }
  }

  function reconcileOne(set: ReplicaSet): void {
    const owned = () =>
      store.all("Pod", set.metadata.namespace).filter((pod) => isControlledBy(pod, set) && isActive(pod));
    adjust(set, owned());
    const pods = owned();
    const ready = pods.filter(isReady).length;
    const status: ReplicaSetStatus = {
      replicas: pods.length,
      ...(pods.length > 0 ? { fullyLabeledReplicas: pods.length } : {}),
      ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
      observedGeneration: set.metadata.generation ?? 1,
    };
    store.change(set, (draft) => {
      draft.status = status;
    });
  }

  return {
    kinds: ["ReplicaSet", "Pod"],
    reconcile() {
      for (const set of store.all("ReplicaSet")) reconcileOne(set);
    },
  };
}
