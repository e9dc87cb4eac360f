import { expect, it } from "@jest/globals";
import { type Cluster, KubeConfig } from "@kubernetes/client-node";
import { buildAccountKubeconfig } from "../../../../src/playground/demo/build-account-kubeconfig.js";

const aCluster = (over: Partial<Cluster> = {}): Cluster => ({
  name: "lab",
  server: "https://10.0.0.1:6443",
  skipTLSVerify: false,
  ...over,
});

it.each<[string, Partial<Cluster>]>([
  ["a certificate in the text", { caData: "Y2VydGlmaWNhdGU=" }],
  ["a certificate in a file", { caFile: "/home/ana/.minikube/ca.crt" }],
  ["no check at all", { skipTLSVerify: true }],
  ["another name of the server", { tlsServerName: "kubernetes" }],
])("trusts the cluster as the person's own kubeconfig does: %s", (_what, over) => {
  const read = new KubeConfig();
  read.loadFromString(buildAccountKubeconfig(aCluster(over), "kubeclaw-bot", "t0ken"));
  expect(read.getCurrentCluster()).toMatchObject({ server: "https://10.0.0.1:6443", ...over });
  expect(read.getCurrentUser()).toMatchObject({ name: "kubeclaw-bot", token: "t0ken" });
});
