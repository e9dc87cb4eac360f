import * as z from "zod";

/** Fields that are kept as they come. */
export function kept<const N extends string>(...names: readonly N[]) {
  return Object.fromEntries(names.map((name) => [name, z.unknown().optional()])) as Record<
    N,
    z.ZodOptional<z.ZodUnknown>
  >;
}

/** Names to texts: labels, annotations, a ConfigMap. */
export const Texts = z.record(z.string(), z.string());
