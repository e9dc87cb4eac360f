import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { aConfigMap, aDeployment, anEvent, aPod, aReplicaSet, goodImage, noon } from "../../builders/kubernetes.js";
import { aSnapshot, aWaitingWorkload } from "../../builders/snapshot.js";

const look = (objects: readonly KubernetesObject[]) =>
  diagnose(aSnapshot(objects), { namespace: "shop" }, noon).verdicts;

const noMap = () => aWaitingWorkload("CreateContainerConfigError", 'configmap "checkout-config" not found');
const noKey = () =>
  aWaitingWorkload("CreateContainerConfigError", "couldn't find key LOG_LEVEL in ConfigMap shop/checkout-config");
const noMount = () => {
  const objects = aWaitingWorkload("ContainerCreating", "");
  const message = 'MountVolume.SetUp failed for volume "config" : configmap "checkout-config" not found';
  return [...objects, anEvent(objects.at(-1)!, message, { reason: "FailedMount" })];
};

describe("what the kubelet misses", () => {
  it.each<[string, () => KubernetesObject[], string]>([
    ["configmap-not-found", noMap, "checkout: ConfigMap checkout-config does not exist"],
    ["config-key-not-found", noKey, "checkout: ConfigMap checkout-config has no key LOG_LEVEL"],
    ["mounted-configmap-not-found", noMount, "checkout: ConfigMap checkout-config does not exist"],
  ])("%s", (causeId, objects, summary) => {
    expect(look(objects())).toMatchObject([
      {
        causeId,
        summary,
        confidence: "confirmed",
        severity: "critical",
        object: { kind: "Deployment", name: "checkout" },
      },
    ]);
  });

  it("a key that is missing from a map names the keys that it has", () => {
    expect(look([...noKey(), aConfigMap("checkout-config", { LOGLEVEL: "info", PORT: "80" })])).toMatchObject([
      {
        summary: "checkout: ConfigMap checkout-config has no key LOG_LEVEL; it has LOGLEVEL, PORT",
        evidence: [{}, { path: "data" }],
      },
    ]);
  });

  it("a map with almost that name is named", () => {
    expect(look([...noMap(), aConfigMap("checkout-config-v2"), aConfigMap("unrelated")])[0]?.summary).toBe(
      "checkout: ConfigMap checkout-config does not exist; there is checkout-config-v2",
    );
  });
});

describe("a rule is silent", () => {
  const ours = (objects: readonly KubernetesObject[]) =>
    look(objects).filter(({ causeId }) => causeId.includes("config"));

  it.each<[string, KubernetesObject[]]>([
    ["once the map is there: only the kubelet's next try is missing", [...noMap(), aConfigMap("checkout-config")]],
    ["once the mounted map is there", [...noMount(), aConfigMap("checkout-config")]],
    ["once the key is there", [...noKey(), aConfigMap("checkout-config", { LOG_LEVEL: "info" })]],
    ["about mounts that fail for other reasons", aWaitingWorkload("ContainerCreating", "")],
    ["about a container that crashes with such words", aWaitingWorkload("CrashLoopBackOff", 'configmap "x" not found')],
  ])("%s", (_what, objects) => {
    expect(ours(objects)).toEqual([]);
  });

  it("a map of that name in another namespace does not help", () => {
    const elsewhere = { ...aConfigMap("checkout-config"), metadata: { name: "checkout-config", namespace: "pay" } };
    expect(ours([...noMap(), elsewhere])).toHaveLength(1);
  });
});

describe("what can be done", () => {
  const using = (revision: number, envFrom: unknown[]) =>
    aReplicaSet(revision, goodImage, {
      spec: { template: { spec: { containers: [{ name: "web", image: goodImage, envFrom }] } } },
    });
  const pod = aPod({
    waiting: { reason: "CreateContainerConfigError", message: 'configmap "checkout-config" not found' },
  });
  const reference = { configMapRef: { name: "checkout-config" } };

  it("is to go back to a revision that does not need it", () => {
    expect(look([aDeployment(), using(8, [reference]), using(7, []), pod])[0]?.actions).toMatchObject([
      { parameters: { toRevision: 7 } },
    ]);
  });

  it("is nothing where the revision before needs it, too", () => {
    expect(look([aDeployment(), using(8, [reference, reference]), using(7, [reference]), pod])[0]?.actions).toEqual([]);
  });
});
