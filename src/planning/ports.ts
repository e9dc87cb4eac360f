import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { PatchOperation, WorkloadKind } from "../domain/plan.js";

/** The live objects that a plan is made from, and the server's own word on what a patch would do. */
export interface PlanningCluster {
  findWorkload(kind: WorkloadKind, namespace: string, name: string): Promise<KubernetesObject | null>;
  replicaSetsOf(deployment: KubernetesObject): Promise<KubernetesObject[]>;
  /** The HorizontalPodAutoscalers of a namespace. */
  autoscalersIn(namespace: string): Promise<KubernetesObject[]>;
  /** @throws KubeClawError `conflict`, `invalid` or `forbidden` where the server refuses the patch. */
  dryRun(workload: KubernetesObject, patch: readonly PatchOperation[]): Promise<KubernetesObject>;
}
