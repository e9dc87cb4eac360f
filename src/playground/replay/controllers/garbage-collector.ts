import type { Stored } from "../objects/stored.js";
import type { Controller, ControllerContext } from "./context.js";

/**
 * Removes what has lost every owner. A pod that has a node is only marked, and its node ends it.
 * @see https://kubernetes.io/docs/concepts/architecture/garbage-collection/
 */
export function createGarbageCollector({ store }: ControllerContext): Controller {
  const kinds = () => store.resources.all.map(({ kind }) => kind).filter((kind) => kind !== "Event");

  function isOrphan(object: Stored, uids: ReadonlySet<string>): boolean {
    const owners = object.metadata.ownerReferences ?? [];
    return owners.length > 0 && owners.every(({ uid }) => !uids.has(uid));
  }

  function collect(object: Stored): void {
    const pod = object.kind === "Pod" ? store.find("Pod", object.metadata.namespace, object.metadata.name) : undefined;
    if (pod?.spec.nodeName === undefined) store.remove(object);
    else store.markDeleted(object, pod.spec.terminationGracePeriodSeconds);
  }

  return {
    get kinds() {
      return kinds();
    },
    reconcile() {
      const objects = kinds().flatMap((kind) => store.all(kind));
      const uids = new Set(objects.map(({ metadata }) => metadata.uid));
      for (const object of objects) if (isOrphan(object, uids)) collect(object);
    },
  };
}
