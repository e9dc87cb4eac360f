import * as z from "zod";

/** The kill switch for one namespace, or for all of them (`*`): who pressed it, and when. */
export const Freeze = z.strictObject({ namespace: z.string().max(63), by: z.string().max(40), at: z.iso.datetime() });
export type Freeze = z.infer<typeof Freeze>;

/** Everything that is frozen now. Whoever cannot read it must not write to a cluster. */
export interface Freezes {
  /** The freeze that covers a namespace, or null. */
  find(namespace: string): Promise<Freeze | null>;
}
