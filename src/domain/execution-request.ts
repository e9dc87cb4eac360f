import * as z from "zod";
import { SignedApproval } from "./approval.js";
import { DecisionId, RunId } from "./ids.js";

/** An approved plan on its way to its Job: the payload of the `executions` queue. The plan itself is read from the Decision. */
export const ExecutionRequest = z.strictObject({
  run: RunId,
  /** The investigation whose card tells the outcome. */
  investigation: RunId,
  tenant: z.string().min(1).max(63),
  decision: DecisionId,
  /** Where the plan would change something; the kill switch is asked about it. */
  namespace: z.string().min(1).max(63),
  approval: SignedApproval,
  requestedAt: z.iso.datetime(),
});
export type ExecutionRequest = z.infer<typeof ExecutionRequest>;
