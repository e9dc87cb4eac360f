import { describe, expect, it } from "@jest/globals";
import { collectSnapshot } from "../../../src/agent/index.js";
import { chooseLogs } from "../../../src/agent/collect/choose-logs.js";
import { unreadKinds } from "../../../src/domain/snapshot.js";
import { clusterKinds, namespacedKinds } from "../../../src/agent/collect/kinds.js";
import { KubeClawError } from "../../../src/domain/errors.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import { createRedactor } from "../../../src/domain/redaction.js";
import {
  aConfigMap,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  aReplicaSet,
  noon,
} from "../../builders/kubernetes.js";
import { createReadCluster } from "../../fakes/read-cluster.js";

const collect = (cluster: ReturnType<typeof createReadCluster>) =>
  collectSnapshot({
    cluster,
    clusterName: "prod-eu",
    scope: { namespace: "shop", object: null },
    redact: createRedactor(),
    now: () => noon,
  });

/** A pod whose container has crashed that often. */
function crashed(name: string, restartCount: number): KubernetesObject {
  const waiting = { reason: "CrashLoopBackOff" };
  return aPod({
    name,
    status: { containerStatuses: [{ name: "web", ready: false, restartCount, state: { waiting } }] },
  });
}

it("reads the namespace once, with its events, and says what it read", async () => {
  const pod = aPod();
  const cluster = createReadCluster({ objects: [aDeployment(), aReplicaSet(8), pod, anEvent(pod, "x")] });
  const snapshot = await collect(cluster);
  expect(snapshot.objects.map(({ kind }) => kind).sort()).toEqual(["Deployment", "Pod", "ReplicaSet"]);
  expect(snapshot.events).toHaveLength(1);
  expect(snapshot.meta).toMatchObject({
    formatVersion: 1,
    now: noon.toISOString(),
    cluster: { name: "prod-eu", version: "v1.34.4" },
    sources: { objects: "full", events: "full", logs: "tail", metrics: "absent" },
    notes: [],
  });
  // What there is none of is known not to be there.
  expect(snapshot.meta.kinds).toMatchObject({ Service: "none", IngressClass: "none" });
  expect(snapshot.meta.kinds).not.toHaveProperty("Pod");
  expect(new Set(cluster.reads).size).toBe(cluster.reads.length);
});

it("reads what belongs to the cluster, too, where it may", async () => {
  const node = anObject("v1", "Node", { name: "node-1", namespace: undefined });
  const objects = [aPod(), node];
  expect((await collect(createReadCluster({ objects }))).objects).toMatchObject([{ kind: "Pod" }, { kind: "Node" }]);
  const refused = await collect(createReadCluster({ objects, forbidden: ["Node"] }));
  expect(refused.meta).toMatchObject({
    sources: { objects: "partial" },
    kinds: { Node: "absent" },
    notes: ["Node: nodes is forbidden"],
  });
});

it("keeps names and keys of Secrets where a person asks for them, and no value", async () => {
  const secret = (name: string, password: string) =>
    anObject(
      "v1",
      "Secret",
      { name, annotations: { note: password } },
      { type: "Opaque", data: { password, user: "YW5h" } },
    );
  const snapshot = await collectSnapshot({
    cluster: createReadCluster({
      objects: [aConfigMap("settings", {}), secret("a", "aHVudGVyMg=="), secret("b", "aHVudGVyMg==")],
    }),
    clusterName: "prod-eu",
    scope: { namespace: "shop", object: null },
    redact: createRedactor(),
    now: () => noon,
    secrets: true,
  });
  expect(JSON.stringify(snapshot)).not.toMatch(/aHVudGVyMg|YW5h/);
  const [, a, b] = snapshot.objects as unknown as { metadata: { name: string }; data: Record<string, string> }[];
  expect([a?.metadata.name, Object.keys(a?.data ?? {})]).toEqual(["a", ["password", "user"]]);
  expect(a?.data["password"]).toBe(b?.data["password"]);
  expect(a?.data["password"]).not.toBe(a?.data["user"]);
});

it("never asks for a Secret, and never for another namespace", async () => {
  const cluster = createReadCluster({ objects: [aPod()] });
  await collect(cluster);
  expect(cluster.reads.join("\n")).not.toMatch(/Secret/);
  const elsewhere = cluster.reads.filter((read) => !/ shop$| \(cluster\)$|^log shop\//.test(read));
  expect(elsewhere).toEqual([]);
});

describe("what cannot be read", () => {
  it("makes the snapshot smaller, and is said", async () => {
    const snapshot = await collect(createReadCluster({ objects: [aPod()], forbidden: ["ConfigMap", "Event"] }));
    expect(snapshot.meta.sources).toMatchObject({ objects: "partial", events: "absent" });
    expect(snapshot.meta.notes.sort()).toEqual(["ConfigMap: configmaps is forbidden", "Event: events is forbidden"]);
    expect(unreadKinds(snapshot.meta)).toEqual({ ConfigMap: "absent" });
    expect(snapshot.warnings).toHaveLength(2);
    expect(snapshot.objects).toHaveLength(1);
  });

  it("is named by its kind, and the rest counts as read", async () => {
    const { meta } = await collect(createReadCluster({ objects: [aDeployment()], forbidden: ["Pod"] }));
    expect(meta.sources).toMatchObject({ objects: "partial", events: "full", logs: "absent" });
    expect(unreadKinds(meta)).toEqual({ Pod: "absent" });
  });

  it("and is everything, is said, too", async () => {
    const forbidden = [...namespacedKinds, ...clusterKinds].map(([, kind]) => kind);
    const absent = { objects: "absent", logs: "absent" };
    expect((await collect(createReadCluster({ forbidden }))).meta.sources).toMatchObject(absent);
    const ofNamespace = namespacedKinds.map(([, kind]) => kind);
    const node = anObject("v1", "Node", { name: "node-1", namespace: undefined });
    const { meta } = await collect(createReadCluster({ objects: [node], forbidden: ofNamespace }));
    expect(meta.sources).toMatchObject(absent);
  });

  it("because the credentials are not taken fails, too", async () => {
    const fail = new KubeClawError("unauthenticated", "Unauthorized");
    await expect(collect(createReadCluster({ fail }))).rejects.toBe(fail);
  });

  it("because there is no such namespace is no answer: every real one holds something", async () => {
    const node = anObject("v1", "Node", { name: "node-1", namespace: undefined });
    await expect(collect(createReadCluster({ objects: [node] }))).rejects.toThrow(
      "there is nothing in namespace shop; is there one of that name?",
    );
  });

  it("because the API server is away fails the run: that is not an answer", async () => {
    const fail = new KubeClawError("unavailable", "away", { retryable: true });
    await expect(collect(createReadCluster({ fail }))).rejects.toBe(fail);
  });

  it("of a log is a note", async () => {
    const snapshot = await collect(createReadCluster({ objects: [crashed("a", 3)] }));
    expect(snapshot.logs).toEqual([]);
    expect(snapshot.meta.notes).toEqual([
      "log of a/web (previous): no such container",
      "log of a/web: no such container",
    ]);
    expect(snapshot.meta.sources.logs).toBe("tail"); // there was none to be read
  });

  it("of every log, or of some, is said of the logs", async () => {
    const objects = [crashed("a", 1), { ...crashed("b", 1), metadata: { name: "b", namespace: "shop" } }];
    const cluster = createReadCluster({ objects, logs: { "b/web": ["starting"] } });
    const refuse = (pods: readonly string[]): typeof cluster => ({
      ...cluster,
      logs: (pod, lines) =>
        pods.includes(pod.name)
          ? Promise.reject(new KubeClawError("forbidden", "pods/log is forbidden"))
          : cluster.logs(pod, lines),
    });
    expect((await collect(refuse(["a", "b"]))).meta.sources.logs).toBe("absent");
    expect((await collect(refuse(["a"]))).meta.sources.logs).toBe("partial");
  });

  it("because there is too much of it is a note", async () => {
    const snapshot = await collect(createReadCluster({ objects: [aPod()], cut: ["Pod"] }));
    expect(snapshot.meta.notes).toEqual(["Pod: only the first 1 were read"]);
    expect(snapshot.meta).toMatchObject({ sources: { objects: "partial" }, kinds: { Pod: "partial" } });
    const events = await collect(createReadCluster({ objects: [aPod()], cut: ["Event"] }));
    expect(events.meta).toMatchObject({ sources: { objects: "full", events: "partial" } });
    expect(unreadKinds(events.meta)).toEqual({});
  });
});

it("keeps no secret: not in objects, events, logs or notes", async () => {
  const canary = `ghp_${"x".repeat(36)}`;
  const pod = crashed("a", 1);
  const objects = [
    pod,
    aConfigMap("c", { DB_PASSWORD: "hunter2hunter2", note: canary }),
    anEvent(pod, `token ${canary}`),
  ];
  const snapshot = await collect(
    createReadCluster({ objects, logs: { "a/web": ["starting", `GET /?t=${canary}`, "end"] } }),
  );
  expect(JSON.stringify(snapshot)).not.toContain(canary);
  expect(JSON.stringify(snapshot)).not.toContain("hunter2hunter2");
  expect(snapshot.logs[0]?.lines).toHaveLength(3);
});

it("drops what is large and what no rule reads", async () => {
  const metadata = {
    managedFields: [{ manager: "kubectl" }],
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", "deployment.kubernetes.io/revision": "8" },
  };
  const [object] = (await collect(createReadCluster({ objects: [aDeployment({ metadata })] }))).objects;
  expect(object?.metadata["managedFields"]).toBeUndefined();
  expect(object?.metadata.annotations).toEqual({ "deployment.kubernetes.io/revision": "8" });
});

describe("which logs are worth a call", () => {
  const unready = aPod({
    name: "slow",
    ready: false,
    status: {
      containerStatuses: [
        { name: "web", ready: false, restartCount: 0, state: { running: { startedAt: after(-60) } } },
      ],
    },
  });

  it("those of containers that crashed, the worst first, from before the crash and since; then those that run and are not ready", () => {
    const metadata = { ownerReferences: [] };
    const others = [crashed("a", 1), { ...unready, metadata: { ...unready.metadata, ...metadata } }, crashed("b", 7)];
    expect(chooseLogs(others)).toEqual([
      { namespace: "shop", pod: "b", container: "web", previous: true, well: false },
      { namespace: "shop", pod: "b", container: "web", previous: false, well: false },
      { namespace: "shop", pod: "a", container: "web", previous: true, well: false },
      { namespace: "shop", pod: "a", container: "web", previous: false, well: false },
      { namespace: "shop", pod: "slow", container: "web", previous: false, well: false },
    ]);
  });

  it("none of pods that never started, or are going", () => {
    const going = crashed("going", 4);
    going.metadata.deletionTimestamp = after(-1);
    const waiting = aPod({ name: "w", waiting: { reason: "ErrImagePull" } });
    expect(chooseLogs([waiting, going, aDeployment()])).toEqual([]);
  });

  it("a little of one pod of each workload that looks well, of six at most, and none where one is not well", () => {
    const well = (name: string, owner: string) =>
      aPod({
        name,
        metadata: { ownerReferences: [{ kind: "ReplicaSet", name: owner, uid: owner, controller: true }] },
      });
    expect(chooseLogs([well("a-1", "a"), well("a-2", "a")])).toEqual([
      { namespace: "shop", pod: "a-1", container: "web", previous: false, well: true },
    ]);
    const many = Array.from({ length: 20 }, (_, at) => well(`w${at}-1`, `w${at}`));
    expect(chooseLogs(many)).toHaveLength(6);
    expect(chooseLogs([crashed("checkout-8-x", 3), aPod()]).every((log) => !log.well)).toBe(true);
  });

  it("all of what was asked about, before others", () => {
    const many = Array.from({ length: 20 }, (_, at) => aPod({ name: `w${at}-1`, metadata: { ownerReferences: [] } }));
    expect(chooseLogs(many, "w19")[0]).toEqual({
      namespace: "shop",
      pod: "w19-1",
      container: "web",
      previous: false,
      well: false,
    });
  });

  it("two of one workload, and sixteen at most", () => {
    const alike = Array.from({ length: 50 }, (_, at) => crashed(`p${at}`, at + 1));
    expect(new Set(chooseLogs(alike).map(({ pod }) => pod))).toEqual(new Set(["p49", "p48"]));
    const apart = alike.map((pod) => ({ ...pod, metadata: { ...pod.metadata, ownerReferences: [] } }));
    expect(chooseLogs(apart)).toHaveLength(16);
  });
});
