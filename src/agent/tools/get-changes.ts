import * as z from "zod";
import { listChanges } from "../../diagnosis/index.js";
import { Kind, Most, Name } from "./inputs.js";
import { defineTool } from "./tool.js";

export const getChanges = defineTool({
  name: "get_changes",
  description:
    "What was changed in the two hours before a moment, newest first: in the namespace under investigation, or of one object and what it uses, with the revisions of its workload and what differs between them.",
  input: z
    .strictObject({
      kind: Kind.optional(),
      name: Name.optional(),
      until: z.iso.datetime().optional().describe("When the trouble began, in UTC; now where it is left out."),
      most: Most,
    })
    .refine(({ kind, name }) => (kind === undefined) === (name === undefined), {
      path: ["name"],
      error: "kind and name go together",
    }),
  run: ({ kind, name, until, most }, { snapshot, namespace }) => {
    const object = kind !== undefined && name !== undefined ? { kind, name } : undefined;
    const lines = listChanges(snapshot, namespace, { object, until, most });
    if (lines === null) return { nothing: `no ${kind ?? ""} ${name ?? ""}` };
    return lines.length > 0 ? lines : { nothing: "no change is known in that time" };
  },
});
