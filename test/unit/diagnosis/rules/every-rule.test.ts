import { describe, expect, it } from "@jest/globals";
import { diagnose, rules as all } from "../../../../src/diagnosis/index.js";
import { DiagnosisAnswer } from "../../../../src/domain/diagnosis.js";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../../../src/domain/snapshot.js";
import { aCondition, after, noon } from "../../../builders/kubernetes.js";
import { scenes, twins } from "./every-scene.js";
import { toSnapshot } from "./scene.js";

/** What is looked at on request only has its own pairs. */
const rules = all.filter(({ family }) => family !== "hygiene");
const look = (snapshot: Snapshot) => diagnose(snapshot, {}, noon);

it("every rule has a scene, and every scene a rule", () => {
  expect(Object.keys(scenes).sort()).toEqual(rules.map(({ id }) => id).sort());
});

/** The same objects as they are once all is well again: events, restarts and what ended before stay. */
function recovered(object: KubernetesObject): KubernetesObject[] {
  const status = (object["status"] ?? {}) as Record<string, unknown>;
  const spec = (object["spec"] ?? {}) as Record<string, unknown>;
  const replicas = Number(spec["replicas"] ?? 1) || 1;
  switch (object.kind) {
    case "Pod": {
      const well = (entry: unknown) => ({
        ...(entry as object),
        ready: true,
        state: { running: { startedAt: after(-50) } },
      });
      const { nodeName, schedulingGates: _lifted, ...rest } = spec as { nodeName?: string; schedulingGates?: unknown };
      return [
        {
          ...object,
          spec: { ...rest, nodeName: nodeName === "node-9" ? "node-1" : (nodeName ?? "node-1") },
          status: {
            phase: "Running",
            conditions: [aCondition("PodScheduled", "True"), aCondition("Ready", "True")],
            containerStatuses: ((status["containerStatuses"] ?? []) as unknown[]).map(well),
            initContainerStatuses: [],
          },
        },
      ];
    }
    case "Deployment":
    case "StatefulSet":
      return [
        {
          ...object,
          metadata: { ...object.metadata, generation: 8 },
          spec: { ...spec, replicas, paused: false },
          status: {
            observedGeneration: 8,
            replicas,
            readyReplicas: replicas,
            availableReplicas: replicas,
            updatedReplicas: replicas,
          },
        },
      ];
    case "ReplicaSet":
      return [{ ...object, spec: { ...spec, replicas }, status: { replicas, readyReplicas: replicas } }];
    case "Node":
      return [
        {
          ...object,
          spec: {},
          status: { conditions: [aCondition("Ready", "True"), aCondition("MemoryPressure", "False")] },
        },
      ];
    case "PersistentVolumeClaim":
      return [{ ...object, status: { phase: "Bound" } }];
    case "Job":
      return [{ ...object, status: { failed: 4, succeeded: 1, conditions: [aCondition("Complete", "True")] } }];
    case "CronJob":
      return [{ ...object, spec: { ...spec, suspend: false }, status: { lastScheduleTime: after(-1) } }];
    case "HorizontalPodAutoscaler":
      return [
        {
          ...object,
          status: {
            currentReplicas: 2,
            conditions: [aCondition("ScalingActive", "True"), aCondition("AbleToScale", "True")],
          },
        },
      ];
    case "PodDisruptionBudget":
      return [{ ...object, status: { disruptionsAllowed: 1, expectedPods: 2, currentHealthy: 2 } }];
    default:
      return [object];
  }
}

/** What stays wrong for as long as the object says so: there is no state that recovers. */
const standing = new Set([
  "service-selector-mismatch",
  "service-target-port-mismatch",
  "ingress-service-not-found",
  "ingress-service-port-not-found",
  "ingress-class-not-found",
  "ingress-tls-secret-not-found",
  "statefulset-service-not-found",
]);

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  const scene = scenes[id];

  it("is found, and fits the answer's schema", () => {
    if (!scene) throw new Error(`no scene for ${id}`);
    const answer = DiagnosisAnswer.parse(look(toSnapshot(scene)));
    expect(answer.verdicts.map(({ causeId }) => causeId)).toEqual([id]);
    expect(answer.verdicts[0]?.evidence.length).toBeGreaterThan(0);
    expect(answer.status).toBe(
      id === "container-crash"
        ? "inconclusive"
        : rule.severity === "critical" || answer.verdicts[0]?.effects.length
          ? "failing"
          : "healthy",
    );
  });

  const twin = twins[id];
  if (twin)
    it("is not found where it looks the same, and is well", () => {
      const answer = look(toSnapshot(twin[1]));
      expect(answer.verdicts).toEqual([]);
      expect(answer.status).toBe("healthy");
    });

  if (!twin && !standing.has(id))
    it("is not found where its objects are well again: what events and earlier runs tell is over", () => {
      if (!scene) throw new Error(`no scene for ${id}`);
      const { alerts: _resolved, metrics: _over, ...snapshot } = toSnapshot(scene);
      const answer = look({ ...snapshot, objects: snapshot.objects.flatMap(recovered) });
      expect(answer.verdicts.map(({ causeId }) => causeId)).toEqual([]);
      expect(answer.status).toBe("healthy");
    });
});
