import type * as z from "zod";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { SnapshotAlert } from "../../../../src/domain/snapshot.js";
import type { Expectation } from "../../case.js";

/** A case that no test cluster can be brought to: its objects as the API would return them. */
export interface Built {
  name: string;
  title: string;
  split: "tuned" | "held-out";
  because: string;
  objects: readonly KubernetesObject[];
  /** The log of the first pod's container before its last start. */
  log?: readonly string[];
  alerts?: readonly SnapshotAlert[];
  object?: string;
  expect: z.input<typeof Expectation>;
}
