import * as z from "zod";
import { ExecutionRequest } from "./execution-request.js";
import { InvestigationRequest } from "./investigation-request.js";

/** What a run was launched with; kept in Redis from launch on, handed to its pod by the gateway. */
export const RunInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("investigation"), request: InvestigationRequest, deadlineSeconds: z.int().min(1) }),
  z.strictObject({ kind: z.literal("execution"), request: ExecutionRequest, deadlineSeconds: z.int().min(1) }),
]);
export type RunInput = z.infer<typeof RunInput>;
