import { describe, expect, it } from "@jest/globals";
import { diagnose } from "../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { Snapshot, SnapshotAlert } from "../../../src/domain/snapshot.js";
import { aDeployment, after, anObject, goodImage, aTemplate, noon } from "../../builders/kubernetes.js";

const firing: SnapshotAlert = {
  name: "KubeDeploymentReplicasMismatch",
  state: "firing",
  labels: { namespace: "shop", deployment: "checkout" },
};

function verdictsOf(objects: KubernetesObject[], events: KubernetesObject[], alerts: SnapshotAlert[] = []) {
  const read = { objects: "full", events: "full", logs: "tail", alerts: "partial" } as const;
  const snapshot: Snapshot = {
    meta: {
      formatVersion: 1,
      now: noon.toISOString(),
      cluster: { name: "prod-eu" },
      scope: { namespaces: ["shop"] },
      sources: { ...read, metrics: "absent", probes: "absent", changes: "absent" },
      notes: [],
    },
    objects,
    events,
    logs: [],
    alerts,
    warnings: [],
  };
  return diagnose(snapshot, { namespace: "shop" }, noon).verdicts;
}

const event = (kind: string, name: string, reason: string, message: string, at = after(-60)): KubernetesObject =>
  anObject(
    "v1",
    "Event",
    { name: `${name}.${reason}` },
    {
      type: "Warning",
      reason,
      message,
      lastTimestamp: at,
      involvedObject: { kind, namespace: "shop", name },
    },
  );

describe("a workload that is scaled to zero, and that a firing alert names", () => {
  const asleep = aDeployment({
    spec: { replicas: 0, template: aTemplate() },
    status: { replicas: 0, updatedReplicas: 0, availableReplicas: 0 },
  });
  const scaled = (message: string) => [event("Deployment", "checkout", "ScalingReplicaSet", message)];
  const service = anObject("v1", "Service", { name: "checkout" }, { spec: { selector: { app: "checkout" } } });

  it("gets back as many replicas as it had", () => {
    const [verdict] = verdictsOf([asleep, service], scaled("Scaled down replica set checkout-7d9f from 3 to 0"), [
      firing,
    ]);
    expect(verdict).toMatchObject({
      causeId: "scaled-to-zero",
      effects: [{ object: { kind: "Service", name: "checkout" } }],
      actions: [{ type: "scale", object: { kind: "Deployment", name: "checkout" }, parameters: { replicas: 3 } }],
    });
  });

  it.each([
    ["nobody says how many there were", []],
    ["the event says something else", scaled("Scaled up replica set checkout-7d9f from 0 to 3")],
    ["it had more than a plan may ask for", scaled("Scaled down replica set checkout-7d9f from 51 to 0")],
  ])("is left to a person where %s", (_what, events) => {
    expect(verdictsOf([asleep], events, [firing])).toMatchObject([{ causeId: "scaled-to-zero", actions: [] }]);
  });

  it("is as somebody wants it where no alert names it", () => {
    expect(verdictsOf([asleep], scaled("Scaled down replica set checkout-7d9f from 3 to 0"))).toEqual([]);
  });
});

describe("a program that stops answering its readiness probe", () => {
  const refuses = "Readiness probe failed: HTTP probe failed with statuscode: 503";
  const pod = (over: { lost?: string; restarts?: number } = {}) =>
    anObject(
      "v1",
      "Pod",
      {
        name: "checkout-7d9f8c6b5-x4k2p",
        labels: { app: "checkout" },
        creationTimestamp: after(-7_200),
        ownerReferences: [{ kind: "ReplicaSet", name: "checkout-7", uid: "uid-checkout-7", controller: true }],
      },
      {
        spec: {
          containers: [
            { name: "web", image: goodImage, readinessProbe: { httpGet: { path: "/healthz", port: 8080 } } },
          ],
        },
        status: {
          phase: "Running",
          conditions: [{ type: "Ready", status: "False", lastTransitionTime: over.lost ?? after(-600) }],
          containerStatuses: [
            {
              name: "web",
              image: goodImage,
              ready: false,
              restartCount: over.restarts ?? 0,
              state: { running: { startedAt: after(-7_190) } },
            },
          ],
        },
      },
    );
  const set = anObject(
    "apps/v1",
    "ReplicaSet",
    {
      name: "checkout-7",
      uid: "uid-checkout-7",
      annotations: { "deployment.kubernetes.io/revision": "7" },
      ownerReferences: [{ kind: "Deployment", name: "checkout", uid: "uid-checkout", controller: true }],
    },
    { spec: { replicas: 1, template: aTemplate() }, status: { replicas: 1, readyReplicas: 0 } },
  );
  const deployment = aDeployment({
    spec: { replicas: 1, template: aTemplate() },
    status: { replicas: 1, updatedReplicas: 1, availableReplicas: 0 },
  });
  const verdicts = (over: Parameters<typeof pod>[0] = {}) =>
    verdictsOf([deployment, set, pod(over)], [event("Pod", "checkout-7d9f8c6b5-x4k2p", "Unhealthy", refuses)]);

  it("is restarted where it was ready before and has not restarted", () => {
    expect(verdicts()).toMatchObject([
      { causeId: "readiness-app-not-ready", actions: [{ type: "rollout-restart", parameters: {} }] },
    ]);
  });

  it.each([
    ["was never ready", { lost: after(-7_195) }],
    ["has only just stopped", { lost: after(-30) }],
    ["has restarted, and hangs again", { restarts: 2 }],
  ])("is not restarted where it %s", (_what, over) => {
    expect(verdicts(over).flatMap(({ actions }) => actions)).toEqual([]);
  });
});
