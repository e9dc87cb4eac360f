import type { KubernetesObject } from "../domain/kubernetes-object.js";
import type { ContainerState } from "./container-state.js";
import type { Cause } from "./rule.js";

/** What is accounted for by causes further upstream (gate G5: one cause, one verdict). */
export class Explained {
  readonly #objects = new Set<KubernetesObject>();
  readonly #containers = new Map<KubernetesObject, Set<string>>();

  add(cause: Cause): void {
    if (cause.containers) {
      for (const { pod, name } of cause.containers) {
        const names = this.#containers.get(pod) ?? new Set();
        this.#containers.set(pod, names.add(name));
      }
      for (const object of cause.explains) if (object.kind !== "Pod") this.#objects.add(object);
    } else {
      for (const object of cause.explains) this.#objects.add(object);
    }
  }

  /** Is an object, all of it, accounted for? */
  has(object: KubernetesObject): boolean {
    return this.#objects.has(object);
  }

  container({ pod, name }: ContainerState): boolean {
    return this.#objects.has(pod) || this.#containers.get(pod)?.has(name) === true;
  }

  /** Is anything of a pod accounted for? */
  pod(pod: KubernetesObject): boolean {
    return this.#objects.has(pod) || this.#containers.has(pod);
  }
}
