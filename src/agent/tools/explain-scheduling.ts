import * as z from "zod";
import { explainScheduling } from "../../diagnosis/index.js";
import { Name } from "./inputs.js";
import { defineTool } from "./tool.js";

export const explainSchedulingTool = defineTool({
  name: "explain_scheduling",
  description:
    "Why a pending pod of the namespace under investigation is on no node: what the scheduler says, and for each node what is against it.",
  input: z.strictObject({ pod: Name }),
  run: ({ pod }, { snapshot, namespace }) =>
    explainScheduling(snapshot, namespace, pod) ?? { nothing: `no Pod ${pod}` },
});
