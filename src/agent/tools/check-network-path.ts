import * as z from "zod";
import { checkPath } from "../../diagnosis/index.js";
import { Name, ServiceName } from "./inputs.js";
import { defineTool } from "./tool.js";

export const checkNetworkPath = defineTool({
  name: "check_network_path",
  description:
    "The way from a pod or workload to a Service's port in the namespace under investigation, step by step: Service, port, pods behind it, NetworkPolicies. Worked out from what was read; nothing is sent.",
  input: z.strictObject({
    from: Name.describe("A pod or a workload."),
    service: ServiceName,
    port: z.int().min(1).max(65_535).describe("The Service's port."),
  }),
  run: (input, { snapshot, namespace }) =>
    checkPath(snapshot, namespace, input) ?? { nothing: `no pod or workload ${input.from}` },
});
