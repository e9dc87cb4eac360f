import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../src/domain/snapshot.js";
import { aDeployment, aPod, aReplicaSet, badImage, noon, type PodOptions } from "./kubernetes.js";

/** A snapshot of `shop`, everything read. Events are told from other objects by their kind. */
export function aSnapshot(
  objects: readonly KubernetesObject[],
  sources: Partial<Snapshot["meta"]["sources"]> = {},
): Snapshot {
  return {
    meta: {
      formatVersion: 1,
      now: noon.toISOString(),
      cluster: { name: "prod-eu" },
      scope: { namespaces: ["shop"] },
      sources: {
        objects: "full",
        events: "full",
        logs: "tail",
        metrics: "full",
        alerts: "full",
        probes: "full",
        changes: "full",
        ...sources,
      },
      notes: [],
    },
    objects: objects.filter(({ kind }) => kind !== "Event"),
    events: objects.filter(({ kind }) => kind === "Event"),
    logs: [],
    warnings: [],
  };
}

/** `shop/checkout` with its history: revision 8 is new, revision 7 still serves with two pods. */
export function aWorkload(image = badImage): KubernetesObject[] {
  return [
    aDeployment(),
    aReplicaSet(8, image, { status: { replicas: 2, readyReplicas: 0 } }),
    aReplicaSet(7, undefined, { status: { replicas: 2, readyReplicas: 2 } }),
  ];
}

/** The same with one pod of revision 8 that waits. */
export function aWaitingWorkload(reason: string, message: string, over: PodOptions = {}): KubernetesObject[] {
  return [...aWorkload(over.image), aPod({ waiting: { reason, message }, ...over })];
}
