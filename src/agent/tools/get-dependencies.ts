import * as z from "zod";
import { listDependencies } from "../../diagnosis/index.js";
import { Kind, Name } from "./inputs.js";
import { defineTool } from "./tool.js";

export const getDependencies = defineTool({
  name: "get_dependencies",
  description:
    "Whom a workload of the namespace under investigation calls and who calls it, as settings, logs and metrics name them, with how many of each are available.",
  input: z.strictObject({
    kind: Kind.extract(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "Service"]),
    name: Name,
  }),
  run: (object, { snapshot, namespace }) =>
    listDependencies(snapshot, namespace, object) ?? { nothing: `no ${object.kind} ${object.name}` },
});
