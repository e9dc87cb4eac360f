import * as z from "zod";
import { Kind } from "./inputs.js";
import { defineTool } from "./tool.js";

export const listObjects = defineTool({
  name: "list_objects",
  description: "Names of the objects of one kind in the namespace under investigation.",
  input: z.strictObject({ kind: Kind }),
  run: ({ kind }, { snapshot, namespace }) => {
    const names = snapshot.objects
      .filter((object) => object.kind === kind && object.metadata.namespace === namespace)
      .map((object) => object.metadata.name);
    return names.length > 0 ? names.join("\n") : { nothing: `no ${kind}` };
  },
});
