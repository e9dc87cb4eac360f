import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../../../src/domain/snapshot.js";
import { aSnapshot } from "../../../builders/snapshot.js";

/** What a rule must see, and everything that it must not need. */
export interface Scene {
  objects: readonly KubernetesObject[];
  /** The log of `checkout-8-abcde/web` before its crash. */
  log?: readonly string[];
  /** The log of the run that goes on. */
  now?: readonly string[];
  parts?: Partial<Snapshot>;
  cluster?: Snapshot["meta"]["cluster"];
}

/** A scene in which a rule speaks, and one that looks like it and in which no rule does. */
export type Twins = readonly [speaks: Scene, silent: Scene];

export function toSnapshot({ objects, log, now, parts, cluster }: Scene): Snapshot {
  const logs = [
    ...(log ? [{ namespace: "shop", pod: "checkout-8-abcde", container: "web", previous: true, lines: log }] : []),
    ...(now ? [{ namespace: "shop", pod: "checkout-8-abcde", container: "web", previous: false, lines: now }] : []),
  ];
  const made = aSnapshot(objects);
  return { ...made, ...(cluster ? { meta: { ...made.meta, cluster } } : {}), logs, ...parts };
}
