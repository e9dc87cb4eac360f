import {
  aClusterObject,
  aCondition,
  aConfigMap,
  aContainerPod,
  aCrash,
  aDeployment,
  after,
  anObject,
  aPod,
  aReplicaSet,
  badImage,
  goodImage,
} from "../../../builders/kubernetes.js";
import { aWorkload } from "../../../builders/snapshot.js";
import type { Scene, Twins } from "./scene.js";

const healthy = () => [
  aDeployment({ status: { updatedReplicas: 4, availableReplicas: 4 } }),
  aReplicaSet(8, badImage, { spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 4 } }),
  aPod(),
];

const deleted = (seconds: number, finalizers: string[]): Scene => ({
  objects: [...healthy(), anObject("v1", "ConfigMap", { name: "old", deletionTimestamp: after(-seconds), finalizers })],
});
const namespace = (seconds: number): Scene => ({
  objects: [
    aClusterObject(
      "v1",
      "Namespace",
      "shop",
      {
        status: {
          phase: "Terminating",
          conditions: [
            aCondition(
              "NamespaceContentRemaining",
              "True",
              "SomeResourcesRemain",
              "widgets.example.org has 1 instance",
            ),
          ],
        },
      },
      { deletionTimestamp: after(-seconds) },
    ),
  ],
});

const daemonSet = (nodeSelector: Record<string, string>, status: Record<string, unknown>) =>
  anObject(
    "apps/v1",
    "DaemonSet",
    { name: "shipper", creationTimestamp: after(-900) },
    {
      spec: { template: { metadata: { labels: { app: "shipper" } }, spec: { nodeSelector, containers: [] } } },
      status,
    },
  );
const ssdNode = aClusterObject("v1", "Node", "node-1", { spec: {} }, { labels: { disk: "ssd" } });

const statefulSet = (podRevision: string, waiting: boolean): Scene => ({
  objects: [
    anObject(
      "apps/v1",
      "StatefulSet",
      { name: "db", uid: "uid-db" },
      {
        spec: { replicas: 3, serviceName: "db" },
        status: { replicas: 1, readyReplicas: waiting ? 0 : 3, updateRevision: "db-2" },
      },
    ),
    anObject("v1", "Service", { name: "db" }, { spec: { clusterIP: "None", selector: { app: "db" } } }),
    aPod({
      name: "db-0",
      ...(waiting ? { waiting: { reason: "ImagePullBackOff", message: "not found" } } : {}),
      metadata: {
        labels: { app: "db", "controller-revision-hash": podRevision },
        ownerReferences: [{ kind: "StatefulSet", name: "db", uid: "uid-db", controller: true }],
      },
    }),
  ],
});

const jobPod = (finished: number, second: Record<string, unknown>) =>
  anObject(
    "v1",
    "Pod",
    {
      name: "import-1",
      creationTimestamp: after(-3_600),
      ownerReferences: [{ kind: "Job", name: "import", uid: "uid-import", controller: true }],
    },
    {
      spec: { restartPolicy: "Never", containers: [{ name: "work" }, { name: "cloud-sql-proxy" }] },
      status: {
        phase: "Running",
        conditions: [aCondition("Ready", "False")],
        containerStatuses: [
          { name: "work", state: { terminated: { exitCode: 0, finishedAt: after(-finished) } } },
          { name: "cloud-sql-proxy", ready: true, state: second },
        ],
      },
    },
  );
const jobWith = (pod: ReturnType<typeof jobPod>): Scene => ({
  objects: [anObject("batch/v1", "Job", { name: "import", uid: "uid-import" }, { status: { active: 1 } }), pod],
});

const initWaits = (command: string, seconds: number): Scene => ({
  objects: [
    ...aWorkload(),
    aContainerPod(
      { name: "wait", command: ["sh", "-c", command] },
      { name: "wait", state: { running: { startedAt: after(-seconds) } } },
      { init: true, pod: { phase: "Pending" }, metadata: { creationTimestamp: after(-seconds) } },
    ),
    anObject("v1", "Service", { name: "cart" }, { spec: { selector: { app: "cart" }, ports: [{ port: 80 }] } }),
  ],
});

const unseen = (age: number, scheduler: Record<string, unknown>): Scene => ({
  objects: [
    ...aWorkload(),
    anObject(
      "v1",
      "Pod",
      {
        name: "checkout-8-abcde",
        creationTimestamp: after(-age),
        ownerReferences: [{ kind: "ReplicaSet", name: "checkout-8", uid: "uid-checkout-8", controller: true }],
      },
      { spec: { containers: [{ name: "web" }] }, status: { phase: "Pending" } },
    ),
    anObject(
      "v1",
      "Pod",
      { name: "kube-scheduler-cp", namespace: "kube-system", labels: { component: "kube-scheduler" } },
      { status: { phase: "Running", conditions: [aCondition("Ready", "True")], ...scheduler } },
    ),
  ],
});

const api = (status: string): Scene => ({
  objects: [
    aClusterObject("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", {
      spec: { group: "metrics.k8s.io", service: { namespace: "kube-system", name: "metrics-server" } },
      status: { conditions: [aCondition("Available", status, "MissingEndpoints", "no addresses")] },
    }),
  ],
});
const request = (age: number, conditions: unknown[]): Scene => ({
  objects: [
    aClusterObject(
      "certificates.k8s.io/v1",
      "CertificateSigningRequest",
      "csr-1",
      {
        spec: { signerName: "kubernetes.io/kubelet-serving", username: "system:node:node-1" },
        status: { conditions },
      },
      { creationTimestamp: after(-age) },
    ),
  ],
});
const kubelet = (kubeletVersion: string): Scene => {
  const objects = [aClusterObject("v1", "Node", "node-1", { status: { nodeInfo: { kubeletVersion } } })];
  return { objects, cluster: { name: "prod-eu", version: "v1.34.2" } };
};

const application = (status: Record<string, unknown>): Scene => ({
  objects: [anObject("argoproj.io/v1alpha1", "Application", { name: "shop", namespace: "argocd" }, { status })],
});
const failedSync = (message: string) =>
  application({ sync: { status: "OutOfSync" }, operationState: { phase: "Failed", message } });
const synced = application({ sync: { status: "Synced" }, operationState: { phase: "Succeeded", message: "ok" } });
const release = (...states: readonly string[]): Scene => ({
  objects: states.map((status, at) =>
    anObject(
      "v1",
      "Secret",
      {
        name: `sh.helm.release.v1.shop.v${at + 1}`,
        creationTimestamp: after(-3_600),
        labels: { owner: "helm", name: "shop", status, version: String(at + 1) },
      },
      { type: "helm.sh/release.v1" },
    ),
  ),
});

const certificate = (notAfter: string, ready: string): Scene => ({
  objects: [
    anObject(
      "cert-manager.io/v1",
      "Certificate",
      { name: "shop-tls", creationTimestamp: after(-86_400) },
      { status: { notAfter, conditions: [aCondition("Ready", ready, "", "issuer is not ready")] } },
    ),
  ],
});

const binding = (account: string): Scene => ({
  objects: [
    anObject("v1", "ServiceAccount", { name: "buyer" }),
    anObject("rbac.authorization.k8s.io/v1", "Role", { name: "reader" }),
    anObject(
      "rbac.authorization.k8s.io/v1",
      "RoleBinding",
      { name: "buyer" },
      { roleRef: { kind: "Role", name: "reader" }, subjects: [{ kind: "ServiceAccount", name: account }] },
    ),
  ],
});

const memory = (limit: string) => ({ resources: { limits: { memory: limit } } });
const killedAt = (limit: string): Scene => {
  const template = { spec: { containers: [{ name: "web", image: goodImage, ...memory("512Mi") }] } };
  return {
    objects: [
      aDeployment({ spec: { template } }),
      aReplicaSet(8, badImage, { spec: { replicas: 4, template }, status: { replicas: 4 } }),
      aContainerPod(memory(limit), aCrash(137, { reason: "OOMKilled" })),
      aClusterObject("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "sizer", {
        webhooks: [{ name: "size.example.org", rules: [{ resources: ["pods"] }] }],
      }),
    ],
  };
};

const crowded = (maxUnavailable: number): Scene => ({
  objects: [
    aDeployment({
      spec: { replicas: 1, strategy: { rollingUpdate: { maxUnavailable, maxSurge: 1 } } },
      status: { availableReplicas: 1 },
    }),
    aReplicaSet(8, badImage, { spec: { replicas: 1 }, status: { replicas: 1 } }),
    aReplicaSet(7, goodImage, { spec: { replicas: 1 }, status: { replicas: 1, readyReplicas: 1 } }),
    aPod({ name: "checkout-7-aaaaa", revision: 7 }),
    anObject(
      "v1",
      "Pod",
      {
        name: "checkout-8-abcde",
        creationTimestamp: after(-700),
        ownerReferences: [{ kind: "ReplicaSet", name: "checkout-8", uid: "uid-checkout-8", controller: true }],
      },
      {
        spec: { containers: [{ name: "web", ports: [{ containerPort: 80, hostPort: 80 }] }] },
        status: {
          phase: "Pending",
          conditions: [
            aCondition(
              "PodScheduled",
              "False",
              "Unschedulable",
              "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
            ),
          ],
        },
      },
    ),
  ],
});

const pending = anObject(
  "v1",
  "PersistentVolumeClaim",
  { name: "data", creationTimestamp: after(-600) },
  {
    spec: { storageClassName: "", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
    status: { phase: "Pending" },
  },
);
const volume = (phase: string, claim: string) =>
  aClusterObject("v1", "PersistentVolume", "pv-1", {
    spec: {
      capacity: { storage: "20Gi" },
      accessModes: ["ReadWriteOnce"],
      claimRef: { namespace: "shop", name: claim },
    },
    status: { phase },
  });
/** A pod that waits for the claim. */
const waiting = anObject(
  "v1",
  "Pod",
  { name: "db-0", creationTimestamp: after(-600) },
  {
    spec: { containers: [], volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] },
    status: { phase: "Pending", conditions: [aCondition("PodScheduled", "False", "Unschedulable", "unbound")] },
  },
);
const first = (mode: string): Scene => ({
  objects: [
    { ...pending, spec: { storageClassName: "local" } },
    aClusterObject("storage.k8s.io/v1", "StorageClass", "local", { provisioner: "x", volumeBindingMode: mode }),
  ],
  parts: { alerts: [{ name: "ClaimPending", state: "firing", labels: { persistentvolumeclaim: "data" } }] },
});

const configured = (value: string, made: number): Scene => ({
  objects: [
    ...aWorkload(),
    aContainerPod(
      { env: [{ name: "MODE", value }], envFrom: [{ configMapRef: { name: "settings" } }] },
      { ready: false, state: { running: { startedAt: after(-500) } } },
    ),
    {
      ...aConfigMap("settings", { MODE: "safe" }),
      metadata: { name: "settings", namespace: "shop", creationTimestamp: after(made) },
    },
  ],
});

const withEnv = (env: readonly unknown[], image = badImage): Scene => {
  const [deployment, replicaSet, pod] = healthy();
  const spec = { containers: [{ name: "web", image, env }] };
  return {
    objects: [
      ...[deployment, replicaSet].flatMap((object) => object ?? []),
      ...(pod ? [{ ...pod, spec }] : []),
      anObject("v1", "Service", { name: "cart" }, { spec: { clusterIP: "10.96.0.9", ports: [{ port: 80 }] } }),
    ],
  };
};

/** Of each rule the scene in which it speaks, and the one that is nearly the same and in which it must not. */
export const controllerTwins: Readonly<Record<string, Twins>> = {
  "finalizer-stuck": [deleted(900, ["example.org/clean"]), deleted(60, ["example.org/clean"])],
  "namespace-stuck-terminating": [namespace(900), namespace(60)],
  "daemonset-not-scheduled": [
    { objects: [daemonSet({ disk: "sdd" }, { desiredNumberScheduled: 0 }), ssdNode] },
    { objects: [daemonSet({ disk: "ssd" }, { desiredNumberScheduled: 1, numberAvailable: 1 }), ssdNode] },
  ],
  "daemonset-misscheduled": [
    { objects: [daemonSet({}, { desiredNumberScheduled: 1, numberAvailable: 1, numberMisscheduled: 1 })] },
    { objects: [daemonSet({}, { desiredNumberScheduled: 1, numberAvailable: 1, numberMisscheduled: 0 })] },
  ],
  "statefulset-blocked": [statefulSet("db-1", true), statefulSet("db-1", false)],
  "job-blocked-by-sidecar": [
    jobWith(jobPod(600, { running: { startedAt: after(-3_500) } })),
    jobWith(jobPod(20, { running: { startedAt: after(-3_500) } })),
  ],
  "init-waiting-for-dependency": [
    initWaits("until nc -z carts 80; do sleep 1; done", 600),
    initWaits("until nc -z carts 80; do sleep 1; done", 20),
  ],
  "scheduler-down": [unseen(600, { conditions: [aCondition("Ready", "False")] }), unseen(10, {})],
  "apiservice-unavailable": [api("False"), api("True")],
  "csr-pending": [request(900, []), request(30, [])],
  "csr-denied": [request(900, [aCondition("Denied", "True")]), request(900, [aCondition("Approved", "True")])],
  "version-skew": [kubelet("v1.29.3"), kubelet("v1.31.0")],
  "gitops-drift": [application({ sync: { status: "OutOfSync" } }), synced],
  "manifest-invalid": [failedSync("spec.selector: field is immutable"), synced],
  "api-version-removed": [failedSync('no matches for kind "Ingress" in version "extensions/v1beta1"'), synced],
  "helm-release-failed": [release("superseded", "failed"), release("failed", "deployed")],
  "helm-release-pending": [release("deployed", "pending-upgrade"), release("pending-upgrade", "deployed")],
  "certificate-expiring": [certificate(after(86_400), "True"), certificate(after(86_400 * 60), "True")],
  "rbac-binding-dangling": [binding("buyers"), binding("buyer")],
  "limits-injected-by-webhook": [killedAt("64Mi"), { objects: healthy() }],
  "rollout-strategy-blocked": [crowded(0), { objects: healthy() }],
  "pv-released": [
    { objects: [pending, waiting, volume("Released", "data")] },
    { objects: [{ ...pending, status: { phase: "Bound" } }, volume("Released", "old")] },
  ],
  "pv-reclaim-failed": [{ objects: [volume("Failed", "old")] }, { objects: [volume("Bound", "data")] }],
  "wait-for-first-consumer": [first("WaitForFirstConsumer"), { ...first("WaitForFirstConsumer"), parts: {} }],
  "env-var-shadowed": [configured("fast", -900), { objects: healthy() }],
  "stale-config": [configured("safe", -60), { objects: healthy() }],
  "client-wrong-host": [
    withEnv([{ name: "CART_HOST", value: "cart-svc" }]),
    withEnv([{ name: "CART_HOST", value: "cart.shop.svc.cluster.local" }]),
  ],
  "client-wrong-port": [
    withEnv([{ name: "CART_URL", value: "http://cart:8080/items" }]),
    withEnv([{ name: "CART_URL", value: "http://cart:80/items" }]),
  ],
};
