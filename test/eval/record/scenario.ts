import type * as z from "zod";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { SnapshotAlert } from "../../../src/domain/snapshot.js";
import type { Expectation } from "../case.js";
import type { Check } from "./checks.js";
import type { Manifest } from "./manifests.js";

/** What happens after the first objects are there and well. */
export type Step = { apply: readonly Manifest[] } | { kubectl: readonly string[] };

/** One case in the making: what is applied, what breaks it, what to wait for, and what is true then. */
export interface Scenario {
  /** FAMILY/NAME. */
  name: string;
  title: string;
  split: "tuned" | "held-out";
  objects: readonly Manifest[];
  /** Objects outside of the namespace; removed again. */
  cluster?: readonly Manifest[];
  namespaceLabels?: Record<string, string>;
  /** Waited for before the change. */
  first?: Check;
  change?: readonly Step[];
  until: Check;
  /** The age of the namespace at which it is recorded, at the least: what just began is no failure yet. */
  seconds?: number;
  /** It changes what every pod of the cluster meets, so it is recorded alone. */
  alone?: boolean;
  /** kubectl calls that take back what it did outside of its namespace. */
  restore?: readonly (readonly string[])[];
  object?: string;
  expect: z.input<typeof Expectation>;
  /** What the recording is given that a short test cannot bring about; it is `built` then, for this reason. */
  altered?: Alteration;
}

export interface Alteration {
  because: string;
  /** Moves the moment of the recording. */
  laterSeconds?: number;
  alerts?: readonly SnapshotAlert[];
  objects?: (objects: readonly KubernetesObject[]) => readonly KubernetesObject[];
}

/** The namespace of a scenario: the same in every recording, and without a word that a rule could take for a fact. */
export function namespaceOf(name: string): string {
  let hash = 2_166_136_261;
  for (const letter of name) hash = Math.imul(hash ^ letter.charCodeAt(0), 16_777_619) >>> 0;
  return `team-${hash.toString(36)}`;
}
