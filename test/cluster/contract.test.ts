import { readFileSync } from "node:fs";
import { ContractCluster } from "../contract/contract-cluster.js";
import { describeKubernetesContract } from "../contract/kubernetes-contract.js";

describeKubernetesContract("a real API server", () => {
  const path = process.env["KUBECLAW_TEST_KUBECONFIG"];
  if (path === undefined || path === "")
    throw new Error("KUBECLAW_TEST_KUBECONFIG names the kubeconfig of a cluster for tests");
  return Promise.resolve({ cluster: ContractCluster.of(readFileSync(path, "utf8")), close: () => Promise.resolve() });
});
