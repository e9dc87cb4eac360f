import { describe, expect, it } from "@jest/globals";
import { diagnose, rules } from "../../../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import { DiagnosisAnswer } from "../../../../src/domain/diagnosis.js";
import { aClusterObject, after, anObject, noon } from "../../../builders/kubernetes.js";
import { aSnapshot } from "../../../builders/snapshot.js";

const years = 40 * 86_400;
const wellMade = {
  name: "web",
  image: "registry.local/web:1.2.0",
  readinessProbe: { httpGet: { path: "/", port: 80 } },
  livenessProbe: { httpGet: { path: "/", port: 80 } },
  resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } },
  securityContext: { runAsNonRoot: true },
};

function workload(
  container: Record<string, unknown> = {},
  spec: Record<string, unknown> = {},
  over: Record<string, unknown> = {},
): KubernetesObject {
  return anObject(
    "apps/v1",
    "Deployment",
    { name: "web", uid: "uid-web" },
    {
      spec: {
        replicas: 2,
        template: {
          metadata: { labels: { app: "web" } },
          spec: { serviceAccountName: "web", containers: [{ ...wellMade, ...container }], ...spec },
        },
        ...over,
      },
    },
  );
}

const account = anObject("v1", "ServiceAccount", { name: "web" });
const budget = anObject(
  "policy/v1",
  "PodDisruptionBudget",
  { name: "web" },
  { spec: { selector: { matchLabels: { app: "web" } } } },
);
const service = anObject("v1", "Service", { name: "web" }, { spec: { selector: { app: "web" } } });
const node = (name: string, cpu = "4") =>
  aClusterObject("v1", "Node", name, { status: { allocatable: { cpu, memory: "8Gi", pods: "100" } } });
const pod = (name: string, nodeName: string, spec: Record<string, unknown> = {}) =>
  anObject(
    "v1",
    "Pod",
    {
      name,
      labels: { app: "web" },
      creationTimestamp: after(-900),
      ownerReferences: [{ kind: "Deployment", name: "web", uid: "uid-web", controller: true }],
    },
    {
      spec: { nodeName, serviceAccountName: "web", containers: [], ...spec },
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    },
  );
const storageClass = (name: string, annotations: Record<string, string>) =>
  aClusterObject("storage.k8s.io/v1", "StorageClass", name, { provisioner: "x" }, { annotations });
const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };
const role = (verbs: string[]) =>
  anObject("rbac.authorization.k8s.io/v1", "Role", { name: "web" }, { rules: [{ verbs, resources: ["*"] }] });
const scaler = (maxReplicas: number) =>
  anObject(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { name: "web" },
    { spec: { scaleTargetRef: { kind: "Deployment", name: "web" }, maxReplicas } },
  );
const networkPolicy = (app: string, ingress: unknown[]) =>
  anObject(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    { name: "wall" },
    { spec: { podSelector: { matchLabels: { app } }, ingress } },
  );
const config = (data: Record<string, string>) => anObject("v1", "ConfigMap", { name: "settings" }, { data });
const reads = (kind: "configMapRef" | "secretRef", name: string) => workload({ envFrom: [{ [kind]: { name } }] });
const secret = anObject("v1", "Secret", { name: "keys" }, { type: "Opaque" });
const claim = anObject("v1", "PersistentVolumeClaim", { name: "data" }, { status: { phase: "Bound" } });
const mounts = workload({}, { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] });
const cronJob = (lastScheduleTime: string) =>
  anObject("batch/v1", "CronJob", { name: "nightly" }, { spec: { schedule: "@daily" }, status: { lastScheduleTime } });
const replicaSet = (ownerReferences: KubernetesObject["metadata"]["ownerReferences"]) =>
  anObject(
    "apps/v1",
    "ReplicaSet",
    { name: "web-1", creationTimestamp: after(-years), ...(ownerReferences ? { ownerReferences } : {}) },
    { spec: { replicas: 0 } },
  );
const applied = (apiVersion: string) => ({
  ...workload(),
  metadata: {
    ...workload().metadata,
    annotations: { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ apiVersion }) },
  },
});
const ownedBy = (name: string) => [{ kind: "Deployment", name, uid: "uid-web", controller: true }];

/** What a check must find, and the same put right. */
const checks: Readonly<Record<string, readonly [KubernetesObject[], KubernetesObject[]]>> = {
  "probes-missing": [[workload({ readinessProbe: undefined })], [workload()]],
  "resources-missing": [[workload({ resources: { limits: { cpu: "1" } } })], [workload()]],
  "image-tag-not-pinned": [[workload({ image: "registry.local:5000/web" })], [workload()]],
  "privileged-container": [
    [workload({ securityContext: { privileged: true, runAsNonRoot: true } })],
    [workload({ securityContext: { privileged: false, runAsNonRoot: true } })],
  ],
  "runs-as-root": [[workload({ securityContext: {} })], [workload({ securityContext: { runAsUser: 1_000 } })]],
  "secret-in-env": [
    [workload({ env: [{ name: "DB_PASSWORD", value: "hunter2" }] })],
    [workload({ env: [{ name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "keys", key: "p" } } }] }), secret],
  ],
  "single-replica": [
    [workload({}, {}, { replicas: 1 }), service],
    [workload(), service],
  ],
  "pdb-missing": [[workload()], [workload(), budget]],
  "replicas-on-one-node": [
    [workload(), node("a"), node("b"), pod("web-1", "a"), pod("web-2", "a")],
    [workload(), node("a"), node("b"), pod("web-1", "a"), pod("web-2", "b")],
  ],
  "host-path-volume": [
    [workload({}, { volumes: [{ name: "d", hostPath: { path: "/var/lib" } }] })],
    [workload({}, { volumes: [{ name: "d", emptyDir: {} }] })],
  ],
  "host-network": [[workload({}, { hostNetwork: true })], [workload({}, { hostNetwork: false })]],
  "default-serviceaccount": [
    [workload({}, { serviceAccountName: "default" })],
    [workload({}, { serviceAccountName: "default", automountServiceAccountToken: false })],
  ],
  "stale-cronjob": [[cronJob(after(-years))], [cronJob(after(-3_600))]],
  "stale-replicaset": [[replicaSet(undefined)], [workload(), replicaSet(ownedBy("web"))]],
  "unused-configmap": [[config({ a: "b" })], [config({ a: "b" }), reads("configMapRef", "settings")]],
  "unused-secret": [[secret], [secret, reads("secretRef", "keys")]],
  "unused-pvc": [[claim], [claim, mounts]],
  "unused-serviceaccount": [[anObject("v1", "ServiceAccount", { name: "old" })], [account, workload()]],
  "configmap-empty": [
    [config({}), reads("configMapRef", "settings")],
    [config({ a: "b" }), reads("configMapRef", "settings")],
  ],
  "configmap-too-large": [
    [config({ a: "x".repeat(1_000_100) }), reads("configMapRef", "settings")],
    [config({ a: "x".repeat(900_000) }), reads("configMapRef", "settings")],
  ],
  "orphaned-object": [[replicaSet(ownedBy("gone"))], [workload(), replicaSet(ownedBy("web"))]],
  "networkpolicy-selects-no-pods": [
    [workload(), networkPolicy("wbe", [{ from: [{}] }])],
    [workload(), networkPolicy("web", [{ from: [{ podSelector: {} }] }])],
  ],
  "networkpolicy-allows-all": [
    [workload(), networkPolicy("web", [{}])],
    [workload(), networkPolicy("web", [{ ports: [{ port: 80 }] }])],
  ],
  "rbac-wildcard": [[role(["*"])], [role(["get"])]],
  "multiple-default-storageclasses": [
    [storageClass("a", isDefault), storageClass("b", isDefault)],
    [storageClass("a", isDefault), storageClass("b", {})],
  ],
  "hpa-exceeds-capacity": [
    [workload(), node("a"), scaler(100)],
    [workload(), node("a"), scaler(10)],
  ],
  "api-version-deprecated": [[applied("extensions/v1beta1")], [applied("apps/v1")]],
};

const look = (objects: readonly KubernetesObject[], hygiene = true, namespaces: string[] = ["shop"]) => {
  const snapshot = aSnapshot(objects);
  const scoped = { ...snapshot, meta: { ...snapshot.meta, scope: { namespaces } } };
  return DiagnosisAnswer.parse(diagnose(scoped, {}, noon, undefined, hygiene));
};
const ids = (answer: DiagnosisAnswer) => answer.verdicts.map(({ causeId }) => causeId);

describe.each(Object.entries(checks))("%s", (id, [bad, good]) => {
  it("is found on request, and fails nothing", () => {
    const answer = look(bad);
    expect(ids(answer)).toContain(id);
    expect(answer.status).toBe("healthy");
    expect(answer.verdicts.every(({ severity }) => severity !== "critical")).toBe(true);
  });

  it("is not found where it is put right", () => {
    expect(ids(look(good))).not.toContain(id);
  });

  it("is not looked for unless asked", () => {
    expect(ids(look(bad, false))).toEqual([]);
  });
});

it("the loss of a node is looked at for a whole cluster alone", () => {
  const asks = { containers: [{ name: "web", resources: { requests: { cpu: "3" } } }] };
  const full = [workload(), node("a"), node("b"), pod("web-1", "a", asks), pod("web-2", "b", asks)];
  expect(ids(look(full, true, []))).toContain("cluster-overcommitted");
  expect(ids(look(full))).not.toContain("cluster-overcommitted");
  const half = [workload(), node("a"), node("b"), pod("web-1", "a", asks), pod("web-2", "b")];
  expect(ids(look(half, true, []))).not.toContain("cluster-overcommitted");
});

it("a workload that is well made has no finding", () => {
  expect(ids(look([workload(), account, budget, service]))).toEqual([]);
});

it("with a kind unread, nothing is called unused", () => {
  const snapshot = aSnapshot([secret]);
  const partly = { ...snapshot, meta: { ...snapshot.meta, kinds: { Pod: "absent" as const } } };
  expect(ids(diagnose(partly, {}, noon, undefined, true))).toEqual([]);
});

it("every check of the catalogue has its pair here, but for those that need metrics or the whole cluster", () => {
  const known = rules.filter(({ family }) => family === "hygiene").map(({ id }) => id);
  expect(Object.keys(checks).sort()).toEqual(known.filter((id) => id !== "cluster-overcommitted").sort());
});
