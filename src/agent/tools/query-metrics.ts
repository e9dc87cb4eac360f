import * as z from "zod";
import { summarizeSeries } from "../../diagnosis/index.js";
import { Most } from "./inputs.js";
import { defineTool } from "./tool.js";

export const queryMetrics = defineTool({
  name: "query_metrics",
  description:
    "Recorded series by name and labels, each as first, last, smallest and largest value and trend, the ones that changed most first; without a name, the names that there are.",
  input: z.strictObject({
    name: z.string().min(1).max(200).optional(),
    labels: z
      .record(z.string().max(100), z.string().max(200))
      .refine((labels) => Object.keys(labels).length <= 10, "at most 10 labels")
      .default({}),
    most: Most,
  }),
  run: (input, { snapshot, namespace }) => {
    const lines = summarizeSeries(snapshot, namespace, input);
    if (lines === null) return { nothing: "no metrics were read" };
    return lines.length > 0 ? lines : { nothing: "no such series" };
  },
});
