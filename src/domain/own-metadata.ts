import * as z from "zod";

/** The metadata of our own custom resources, as far as we read them. */
export const OwnMetadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  resourceVersion: z.string().optional(),
  generation: z.number().optional(),
  creationTimestamp: z.string().nullish(),
  labels: z.record(z.string(), z.string()).optional(),
});
export type OwnMetadata = z.infer<typeof OwnMetadata>;
