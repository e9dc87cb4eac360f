import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../../src/domain/snapshot.js";
import {
  aCondition,
  aContainerPod,
  aCrash,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  noon,
} from "../../builders/kubernetes.js";
import { aSnapshot, aWaitingWorkload, aWorkload } from "../../builders/snapshot.js";

const look = (objects: readonly KubernetesObject[], over: Partial<Snapshot> = {}, scope = {}) =>
  diagnose({ ...aSnapshot(objects), ...over }, { namespace: "shop", ...scope }, noon);

const service = (name: string, selector: Record<string, string>) =>
  anObject("v1", "Service", { name }, { spec: { selector, ports: [{ port: 80 }] } });
const deployment = (name: string, over: Record<string, unknown> = {}) =>
  aDeployment({
    metadata: { name, uid: `uid-${name}`, annotations: {} },
    spec: { replicas: 1, template: { metadata: { labels: { app: name } } }, ...over },
    status: { availableReplicas: 0, replicas: 1 },
  });
const ownedBy = (name: string) => [{ kind: "Deployment", name, uid: `uid-${name}`, controller: true }];
/** `checkout` crashes because it cannot reach `http://TARGET:80`. */
const client = (target: string) => ({
  objects: [...aWorkload(), aContainerPod({}, aCrash(1))],
  logs: [
    {
      namespace: "shop",
      pod: "checkout-8-abcde",
      container: "web",
      previous: true,
      lines: [`connect to ${target}:80: connection refused`],
    },
  ],
});

describe("one cause, one verdict (G5)", () => {
  it("a crash for want of a Service is an effect of what broke the pod behind it", () => {
    const { objects, logs } = client("cart");
    const cart = aPod({
      name: "cart-1",
      waiting: { reason: "ErrImagePull", message: "manifest unknown" },
      metadata: { labels: { app: "cart" }, ownerReferences: ownedBy("cart") },
    });
    const { verdicts } = look([...objects, deployment("cart"), cart, service("cart", { app: "cart" })], { logs });
    expect(verdicts).toMatchObject([{ causeId: "image-not-found", object: { kind: "Deployment", name: "cart" } }]);
    expect(verdicts[0]?.effects.map(({ object }) => `${object.kind}/${object.name}`)).toContain("Deployment/checkout");
  });

  it("of a Service whose selector is wrong, too", () => {
    const { objects, logs } = client("cart");
    const cart = aPod({ name: "cart-1", metadata: { labels: { app: "cart" }, ownerReferences: ownedBy("cart") } });
    const well = { ...deployment("cart"), status: { replicas: 1, availableReplicas: 1, readyReplicas: 1 } };
    const { verdicts } = look([...objects, well, cart, service("cart", { app: "crat" })], { logs });
    expect(verdicts).toMatchObject([
      { causeId: "service-selector-mismatch", object: { kind: "Service", name: "cart" } },
    ]);
    expect(verdicts[0]?.effects).toMatchObject([{ object: { kind: "Deployment", name: "checkout" } }]);
  });

  it("stays a cause of its own where the Service has an endpoint left", () => {
    const { objects, logs } = client("cart");
    const metadata = { labels: { app: "cart" }, ownerReferences: ownedBy("cart") };
    const bad = aPod({ name: "cart-1", waiting: { reason: "ErrImagePull", message: "manifest unknown" }, metadata });
    const good = aPod({ name: "cart-2", metadata });
    const { verdicts } = look([...objects, deployment("cart"), bad, good, service("cart", { app: "cart" })], { logs });
    expect(verdicts.map(({ causeId, confidence }) => [causeId, confidence])).toEqual([
      ["image-not-found", "confirmed"],
      ["dependency-unreachable", "likely"],
    ]);
  });

  it("two that wait for each other stay two", () => {
    const { objects, logs } = client("cart");
    const cart = {
      ...aContainerPod({}, aCrash(1), {
        metadata: { name: "cart-1", labels: { app: "cart" }, ownerReferences: ownedBy("cart") },
      }),
    };
    const both = [
      ...objects,
      deployment("cart"),
      cart,
      service("cart", { app: "cart" }),
      service("checkout", { app: "checkout" }),
    ];
    const { verdicts } = look(both, {
      logs: [...logs, { ...logs[0]!, pod: "cart-1", lines: ["connect to checkout:80: connection refused"] }],
    });
    expect(verdicts.map(({ causeId }) => causeId)).toEqual(["dependency-unreachable", "dependency-unreachable"]);
  });

  it("a Deployment whose rollout stands still has its pods' verdict, not two", () => {
    const objects = aWaitingWorkload("ErrImagePull", "manifest unknown");
    objects[0] = aDeployment({
      status: { conditions: [aCondition("Progressing", "False", "ProgressDeadlineExceeded")] },
    });
    expect(look(objects).verdicts.map(({ causeId }) => causeId)).toEqual(["image-not-found"]);
  });

  it("a Job that gave up has its pod's verdict, with the Job among the effects", () => {
    const job = anObject(
      "batch/v1",
      "Job",
      { name: "report-1", ownerReferences: [{ kind: "CronJob", name: "report", uid: "u", controller: true }] },
      { status: { failed: 4, conditions: [aCondition("Failed", "True", "BackoffLimitExceeded")] } },
    );
    const pod = aPod({
      waiting: { reason: "CreateContainerConfigError", message: 'secret "db" not found' },
      metadata: { ownerReferences: [{ kind: "Job", name: "report-1", uid: "u", controller: true }] },
    });
    const { verdicts } = look([anObject("batch/v1", "CronJob", { name: "report" }), job, pod]);
    expect(verdicts).toMatchObject([
      {
        causeId: "secret-not-found",
        object: { kind: "CronJob", name: "report" },
        effects: [{ object: { kind: "Job", name: "report-1" } }],
      },
    ]);
  });
});

describe("what is asked about", () => {
  const { objects, logs } = client("cart");
  const cart = aPod({
    name: "cart-1",
    waiting: { reason: "ErrImagePull", message: "manifest unknown" },
    metadata: { labels: { app: "cart" }, ownerReferences: ownedBy("cart") },
  });
  const all = [...objects, deployment("cart"), cart, deployment("other"), service("cart", { app: "cart" })];

  it.each([
    ["the one that suffers", { kind: "Deployment", name: "checkout" }, 1],
    ["the one that is broken", { kind: "Deployment", name: "cart" }, 1],
    ["a pod of it", { kind: "Pod", name: "cart-1" }, 1],
    ["the Service in front of it", { kind: "Service", name: "cart" }, 1],
    ["one that is well", { kind: "Deployment", name: "other" }, 0],
  ])("%s gives its cause, wherever that lies", (_what, object, count) => {
    expect(look(all, { logs }, { object }).verdicts).toHaveLength(count);
  });

  it("a node that fails concerns the namespaces that have pods on it", () => {
    const node = {
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "n1" },
      status: { conditions: [aCondition("Ready", "Unknown")] },
    };
    const pod = { ...aPod({ ready: false }), spec: { nodeName: "n1", containers: [] } };
    expect(look([...aWorkload(), pod, node]).verdicts).toMatchObject([{ causeId: "node-unreachable" }]);
    expect(look([...aWorkload(), pod, node], {}, { namespace: "pay" }).verdicts).toEqual([]);
  });
});

describe("what is over, or not yet due, is no failure (G1, G2, G4)", () => {
  const crashed = (state: Record<string, unknown>, restartCount = 3) =>
    aContainerPod(
      {},
      {
        restartCount,
        ready: true,
        state,
        lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: after(-400), finishedAt: after(-380) } },
      },
      { pod: { conditions: [aCondition("Ready", "True")] } },
    );

  it("a container that has outlived its last run has recovered", () => {
    expect(look([...aWorkload(), crashed({ running: { startedAt: after(-370) } })]).verdicts).toEqual([]);
  });

  it("one that has just been started again has not", () => {
    expect(look([...aWorkload(), crashed({ running: { startedAt: after(-10) } })]).verdicts).toMatchObject([
      { causeId: "container-crash" },
    ]);
  });

  it("a pod whose rollout is within its deadline may still be getting ready", () => {
    const rolling = aDeployment({ status: { conditions: [aCondition("Progressing", "True", "ReplicaSetUpdated")] } });
    const slow = aPod({ ready: false, metadata: { creationTimestamp: after(-90) } });
    const probing = anEvent(slow, "Readiness probe failed: HTTP probe failed with statuscode: 503", {
      reason: "Unhealthy",
    });
    expect(look([rolling, ...aWorkload().slice(1), slow, probing])).toMatchObject({ status: "healthy", verdicts: [] });
  });

  it("an evicted pod that was replaced is a left-over", () => {
    const whole = aDeployment({ status: { availableReplicas: 4, readyReplicas: 4 } });
    const evicted = aPod({ status: { phase: "Failed", reason: "Evicted" } });
    expect(look([whole, ...aWorkload().slice(1), evicted]).verdicts).toEqual([]);
  });

  it("a failed Job whose CronJob has succeeded since is history", () => {
    const of = { ownerReferences: [{ kind: "CronJob", name: "report", uid: "u", controller: true }] };
    const failed = anObject(
      "batch/v1",
      "Job",
      { name: "report-1", creationTimestamp: after(-7_200), ...of },
      { status: { failed: 4, conditions: [aCondition("Failed", "True", "BackoffLimitExceeded")] } },
    );
    const later = anObject(
      "batch/v1",
      "Job",
      { name: "report-2", creationTimestamp: after(-3_600), ...of },
      { status: { succeeded: 1, conditions: [aCondition("Complete", "True")] } },
    );
    expect(look([failed, later]).verdicts).toEqual([]);
    expect(look([failed]).verdicts).toHaveLength(1);
  });

  it("a claim that waits for its first consumer is as it should be", () => {
    const claim = anObject(
      "v1",
      "PersistentVolumeClaim",
      { name: "data", creationTimestamp: after(-6_000) },
      { spec: { storageClassName: "local" }, status: { phase: "Pending" } },
    );
    const event = anEvent(claim, "waiting for first consumer to be created before binding", {
      reason: "WaitForFirstConsumer",
    });
    expect(look([claim, event])).toMatchObject({ status: "healthy", verdicts: [] });
  });

  it.each<[string, KubernetesObject]>([
    ["scaled to zero", aDeployment({ spec: { replicas: 0 }, status: { availableReplicas: 0, replicas: 0 } })],
    ["paused", aDeployment({ spec: { paused: true } })],
    ["suspended", anObject("batch/v1", "CronJob", { name: "nightly" }, { spec: { suspend: true } })],
  ])("what is %s is meant to be", (_what, object) => {
    expect(look([object])).toMatchObject({ status: "healthy", verdicts: [] });
  });
});
