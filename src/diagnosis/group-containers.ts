import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { type ContainerState, refText, type ScopeModel } from "./scope-model.js";

/** Containers of one workload that fail in the same way: one verdict, however many pods show it. */
export interface ContainerGroup {
  owner: KubernetesObject;
  containers: readonly [ContainerState, ...ContainerState[]];
  pods: readonly KubernetesObject[];
  /** Since when: the oldest pod that shows it. */
  since: string | undefined;
}

/** Groups containers by owner and by what `sameCause` says of them; null leaves a container out. */
export function groupContainers(
  model: ScopeModel,
  sameCause: (container: ContainerState) => string | null,
): ContainerGroup[] {
  const groups = new Map<string, { owner: KubernetesObject; containers: [ContainerState, ...ContainerState[]] }>();
  for (const container of model.containers) {
    const cause = sameCause(container);
    if (cause === null) continue;
    const owner = model.topOwner(container.pod);
    const id = `${refText(owner)} ${cause}`;
    const group = groups.get(id);
    if (group) group.containers.push(container);
    else groups.set(id, { owner, containers: [container] });
  }
  return [...groups.values()].map(({ owner, containers }) => {
    const pods = [...new Set(containers.map((container) => container.pod))];
    const times = pods.flatMap((pod) => pod.metadata.creationTimestamp ?? []).sort();
    return { owner, containers, pods, since: times[0] };
  });
}
