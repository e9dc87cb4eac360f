import { describeKubernetesContract } from "../../contract/kubernetes-contract.js";
import { ContractCluster } from "../../contract/contract-cluster.js";
import { parseScenario, readManifests, startReplayCluster } from "../../../src/playground/replay/index.js";

describeKubernetesContract("the replay cluster", async () => {
  const replay = await startReplayCluster({
    scenario: parseScenario("title: An empty cluster"),
    manifests: readManifests("manifests/crds"),
  });
  return { cluster: ContractCluster.of(replay.kubeconfig("admin")), close: () => replay.close() };
});
