import * as z from "zod";
import type { Resource } from "./resources.js";

const Definition = z.object({
  kind: z.literal("CustomResourceDefinition"),
  spec: z.object({
    group: z.string(),
    scope: z.enum(["Namespaced", "Cluster"]),
    names: z.object({ kind: z.string(), plural: z.string(), shortNames: z.array(z.string()).default([]) }),
    versions: z
      .array(
        z.object({
          name: z.string(),
          schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }),
          subresources: z.object({ status: z.unknown().optional() }).optional(),
        }),
      )
      .length(1),
  }),
});

/** What a CustomResourceDefinition adds to the API. @throws ZodError for one that is not of the shape we write */
export function parseCrd(manifest: unknown): Resource {
  const { group, scope, names, versions } = Definition.parse(manifest).spec;
  const [version] = versions;
  return {
    group,
    version: version?.name ?? "v1",
    plural: names.plural,
    kind: names.kind,
    namespaced: scope === "Namespaced",
    generation: true,
    status: version?.subresources?.status !== undefined,
    scale: false,
    shortNames: names.shortNames,
    schema: version?.schema.openAPIV3Schema ?? {},
  };
}
