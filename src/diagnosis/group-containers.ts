import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { ContainerState } from "./container-state.js";
import type { Explained } from "./explained.js";
import { refText, type ScopeModel } from "./scope-model.js";

/** Containers of one workload that fail in the same way: one verdict, however many pods show it. */
export interface ContainerGroup<T> {
  owner: KubernetesObject;
  containers: readonly [ContainerState, ...ContainerState[]];
  pods: readonly KubernetesObject[];
  /** What was found about the first container. */
  found: T;
}

/**
 * Groups containers by owner and by what `look` finds about each; null leaves a container out, as does a cause further
 * upstream.
 */
export function groupContainers<T extends { key: string }>(
  model: ScopeModel,
  explained: Explained,
  look: (container: ContainerState) => T | null,
): ContainerGroup<T>[] {
  const groups = new Map<
    string,
    { owner: KubernetesObject; found: T; containers: [ContainerState, ...ContainerState[]] }
  >();
  for (const container of model.containers) {
    if (explained.container(container)) continue;
    const found = look(container);
    if (found === null) continue;
    const owner = model.topOwner(container.pod);
    const id = `${refText(owner)} ${found.key}`;
    const group = groups.get(id);
    if (group) group.containers.push(container);
    else groups.set(id, { owner, found, containers: [container] });
  }
  return [...groups.values()].map(({ owner, containers, found }) => {
    const pods = [...new Set(containers.map((container) => container.pod))];
    return { owner, containers, pods, found };
  });
}
