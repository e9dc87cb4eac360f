import { z } from "zod";
import { ObjectRef } from "./kubernetes-object.js";

/** T0 read, T1 low-risk write, T2 asynchronous approval, T3 approval by a second person. T4 has no code path. */
export const Tier = z.enum(["T0", "T1", "T2", "T3"]);
export type Tier = z.infer<typeof Tier>;

/** Everything KubeClaw can ever do to a cluster. A new type here is a security review. */
export const ActionType = z.enum(["rollout-undo"]);
export type ActionType = z.infer<typeof ActionType>;

/** Ask for an earlier revision of a Deployment; without a revision, the newest one before today's. */
export const RolloutUndoParameters = z.strictObject({ toRevision: z.int().min(1).optional() });

/** What a diagnosis would do about a cause. It is a wish: the plan is computed elsewhere from the live object. */
export const ActionProposal = z.strictObject({
  type: ActionType,
  object: ObjectRef,
  parameters: RolloutUndoParameters,
  tier: Tier,
  reason: z.string().max(500),
});
export type ActionProposal = z.infer<typeof ActionProposal>;
