import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "@jest/globals";
import { examine, type Finding } from "../../src/doctor/index.js";
import { createClusterProbe } from "../../src/platform/kubernetes/cluster-probe.js";
import { anInstalled } from "../builders/installed.js";
import { kubectl } from "../e2e/kubectl.js";
import { asAdmin, freshName } from "./accounts.js";
import { optIn } from "./opt-in.js";

const manifests = fileURLToPath(new URL("../../manifests", import.meta.url));
const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const shop = freshName("doctor");

/** What a real cluster shows, beside a Redis, a Slack and a model in which all is well. */
async function failed(): Promise<Finding[]> {
  const cluster = {
    ...createClusterProbe(asAdmin(), "kubeclaw-agents"),
    reachGatewayFromJob: () => Promise.resolve({ reached: true, found: "not asked here: there is no node" }),
  };
  const namespaces = { agents: "kubeclaw-agents", executors: "kubeclaw-executors", watched: [shop] };
  const findings = await examine(anInstalled({ cluster, namespaces, image: undefined, now: () => new Date() }));
  return findings.filter(({ part, state }) => (part === "cluster" || part === "rights") && state === "failed");
}

beforeAll(async () => {
  await kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  await kubectl(kubeconfig, ["create", "namespace", shop]);
});

it("says of a namespace that did not opt in that nobody may look at it", async () => {
  expect(await failed()).toMatchObject([{ part: "rights", check: `namespace ${shop}` }]);
});

it("finds the manifests as they are applied well, and a namespace that opted in", async () => {
  await optIn(kubeconfig, shop);
  expect(await failed()).toEqual([]);
});

it("finds a binding that gives one of our accounts too much", async () => {
  const name = freshName("mistake");
  await kubectl(kubeconfig, [
    "create",
    "clusterrolebinding",
    name,
    "--clusterrole=cluster-admin",
    "--serviceaccount=kubeclaw-system:kubeclaw-worker",
  ]);
  const checks = (await failed()).map(({ check }) => check);
  await kubectl(kubeconfig, ["delete", "clusterrolebinding", name]);
  expect(checks).toContain("kubeclaw-worker: get secrets in kubeclaw-system");
  expect(checks).toContain("kubeclaw-worker: delete validatingadmissionpolicies");
});

it("finds a policy whose binding was taken away", async () => {
  await kubectl(kubeconfig, ["delete", "validatingadmissionpolicybinding", "kubeclaw-executor-scope"]);
  const found = await failed();
  await kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  expect(found).toMatchObject([{ check: "policy kubeclaw-executor-scope" }]);
  expect(await failed()).toEqual([]);
});
