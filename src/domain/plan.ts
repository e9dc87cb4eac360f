import * as z from "zod";
import { Replicas, Tier } from "./action.js";
import { RunId } from "./ids.js";

/** RFC 6902, the operations that a plan uses. `test` makes the API server refuse a plan that no longer fits. */
export const PatchOperation = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("test"), path: z.string().max(1_000), value: z.json() }),
  z.strictObject({ op: z.literal("add"), path: z.string().max(1_000), value: z.json() }),
  z.strictObject({ op: z.literal("replace"), path: z.string().max(1_000), value: z.json() }),
  z.strictObject({ op: z.literal("remove"), path: z.string().max(1_000) }),
]);
export type PatchOperation = z.infer<typeof PatchOperation>;

/** One field that a dry-run changed; null is "not set". Values are JSON texts. */
export const FieldChange = z.strictObject({
  path: z.string().max(1_000),
  from: z.string().max(20_000).nullable(),
  to: z.string().max(20_000).nullable(),
});
export type FieldChange = z.infer<typeof FieldChange>;

/** An action with every parameter settled. */
export const PlannedAction = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("rollout-undo"), toRevision: z.int().min(1) }),
  z.strictObject({ type: z.literal("rollout-restart") }),
  z.strictObject({ type: z.literal("scale"), replicas: Replicas }),
]);
export type PlannedAction = z.infer<typeof PlannedAction>;

/** The kinds that a plan may change. */
export const WorkloadKind = z.enum(["Deployment", "StatefulSet", "DaemonSet"]);
export type WorkloadKind = z.infer<typeof WorkloadKind>;

/** What is approved, executed, verified and undone: exactly this, on exactly that object. */
export const Plan = z.strictObject({
  version: z.literal(1),
  /** The investigation that it came from. */
  run: RunId,
  cluster: z.string().max(100),
  purpose: z.enum(["remedy", "undo"]),
  action: PlannedAction,
  target: z.strictObject({
    apiVersion: z.literal("apps/v1"),
    kind: WorkloadKind,
    namespace: z.string().max(63),
    name: z.string().max(253),
    uid: z.string().max(64),
    /** The generation that was inspected; another one is drift. */
    generation: z.int().min(0),
  }),
  summary: z.string().max(300),
  reason: z.string().max(1_000),
  patch: z.array(PatchOperation).min(1).max(200),
  /** Back to what is there now, applied by the executor when verification fails, or by an approved undo. */
  inverse: z.array(PatchOperation).min(1).max(200),
  /** The normalised server-side dry-run difference that the approver reads. */
  diff: z.array(FieldChange).min(1).max(200),
  tier: Tier,
  blast: z.strictObject({ objects: z.int().min(1), pods: z.int().min(0) }),
  verification: z.strictObject({ causeId: z.string().max(80), windowSeconds: z.int().min(1).max(1_800) }),
  requestedBy: z.string().max(40).nullable(),
  plannedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Plan = z.infer<typeof Plan>;
