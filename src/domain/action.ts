import * as z from "zod";
import { ObjectRef } from "./kubernetes-object.js";

/** T0 read, T1 low-risk write, T2 asynchronous approval, T3 approval by a second person. T4 has no code path. */
export const Tier = z.enum(["T0", "T1", "T2", "T3"]);
export type Tier = z.infer<typeof Tier>;

/** Everything KubeClaw can ever do to a cluster. A new type here is a security review. */
export const ActionType = z.enum(["rollout-undo", "rollout-restart", "scale"]);
export type ActionType = z.infer<typeof ActionType>;

/** The most replicas that a plan may ask for. */
export const Replicas = z.int().min(0).max(50);

const wish = { object: ObjectRef, tier: Tier, reason: z.string().max(500) };

/** What a diagnosis would do about a cause. It is a wish: the plan is computed elsewhere from the live object. */
export const ActionProposal = z.discriminatedUnion("type", [
  /** An earlier revision of a Deployment; without a revision, the newest one before today's. */
  z.strictObject({
    type: z.literal("rollout-undo"),
    ...wish,
    parameters: z.strictObject({ toRevision: z.int().min(1).optional() }),
  }),
  /** New pods from the same template. */
  z.strictObject({ type: z.literal("rollout-restart"), ...wish, parameters: z.strictObject({}) }),
  z.strictObject({ type: z.literal("scale"), ...wish, parameters: z.strictObject({ replicas: Replicas }) }),
]);
export type ActionProposal = z.infer<typeof ActionProposal>;
