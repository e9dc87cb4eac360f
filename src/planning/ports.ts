import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { PatchOperation } from "../domain/plan.js";

/** The live objects that a plan is made from, and the server's own word on what a patch would do. */
export interface PlanningCluster {
  findDeployment(namespace: string, name: string): Promise<KubernetesObject | null>;
  replicaSetsOf(deployment: KubernetesObject): Promise<KubernetesObject[]>;
  /** @throws KubeClawError `conflict`, `invalid` or `forbidden` where the server refuses the patch. */
  dryRun(deployment: KubernetesObject, patch: readonly PatchOperation[]): Promise<KubernetesObject>;
}
