import * as z from "zod";
import { namespacedKinds } from "../collect/kinds.js";
import { defineTool } from "./tool.js";

export const listObjects = defineTool({
  name: "list_objects",
  description: "Names of the objects of one kind in the namespace under investigation.",
  input: z.strictObject({
    kind: z.enum(namespacedKinds.map(([, kind]) => kind)),
  }),
  run: ({ kind }, { snapshot }) => {
    const names = snapshot.objects.filter((object) => object.kind === kind).map((object) => object.metadata.name);
    return names.length > 0 ? names.join("\n") : `no ${kind}`;
  },
});
