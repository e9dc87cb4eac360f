import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../../../src/domain/snapshot.js";
import {
  aClusterObject,
  aCondition,
  aContainerPod,
  aCrash,
  aDeployment,
  after,
  anEvent,
  anObject,
  aPod,
  aReplicaSet,
  aService,
  badImage,
} from "../../../builders/kubernetes.js";
import { aWaitingWorkload, aWorkload } from "../../../builders/snapshot.js";
import type { Scene } from "./scene.js";

const waiting = (reason: string, message: string): Scene => ({ objects: aWaitingWorkload(reason, message) });
/** A crash of `web` with this last line. */
const crash = (
  line: string,
  container: Record<string, unknown> = {},
  more: readonly KubernetesObject[] = [],
): Scene => ({
  objects: [...aWorkload(), aContainerPod(container, aCrash(1)), ...more],
  log: ["starting", line],
});
const exit = (code: number, over: Record<string, unknown> = {}): Scene => ({
  objects: [...aWorkload(), aContainerPod({}, aCrash(code, over))],
});

/** A Deployment that the API server lets have no more pods. */
const refused = (message: string): Scene => {
  const status = { replicas: 0, conditions: [aCondition("ReplicaFailure", "True", "FailedCreate", message)] };
  const replicaSet = aReplicaSet(8, badImage, { spec: { replicas: 4 }, status });
  return { objects: [aDeployment(), replicaSet] };
};
const forbidden = 'pods "checkout-8-" is forbidden: ';
const quota = (resource: string, asked: string, used: string): string =>
  `${forbidden}exceeded quota: team, requested: ${resource}=${asked}, used: ${resource}=${used}, limited: ${resource}=${used}`;

const node = (name: string, over: Record<string, unknown> = {}, labels: Record<string, string> = {}) =>
  aClusterObject(
    "v1",
    "Node",
    name,
    {
      status: { allocatable: { cpu: "2", memory: "4Gi", pods: "10" }, conditions: [aCondition("Ready", "True")] },
      ...over,
    },
    { labels },
  );
const unschedulable = (message: string, spec: Record<string, unknown> = {}, container: Record<string, unknown> = {}) =>
  aContainerPod(
    container,
    {},
    {
      spec,
      pod: {
        phase: "Pending",
        conditions: [aCondition("PodScheduled", "False", "Unschedulable", message)],
        containerStatuses: [],
      },
    },
  );
const scheduling = (
  message: string,
  spec: Record<string, unknown> = {},
  container: Record<string, unknown> = {},
  nodes: readonly KubernetesObject[] = [],
): Scene => ({ objects: [...aWorkload(), unschedulable(message, spec, container), ...nodes] });
const asks = (resource: string, amount: string) => ({ resources: { requests: { [resource]: amount } } });

const claim = (over: Record<string, unknown> = {}, status = "Pending") =>
  anObject(
    "v1",
    "PersistentVolumeClaim",
    { name: "data", creationTimestamp: after(-600) },
    {
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } }, ...over },
      status: { phase: status },
    },
  );
const volume = (over: Record<string, unknown> = {}, phase = "Available", labels: Record<string, string> = {}) =>
  aClusterObject(
    "v1",
    "PersistentVolume",
    "pv-1",
    { spec: { capacity: { storage: "20Gi" }, accessModes: ["ReadWriteOnce"], ...over }, status: { phase } },
    { labels },
  );
const storageClass = (name: string) => aClusterObject("storage.k8s.io/v1", "StorageClass", name, { provisioner: "x" });
const withClaim = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
const unbound = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.";
const claiming = (found: KubernetesObject, ...more: readonly KubernetesObject[]): Scene => ({
  objects: [...aWorkload(), unschedulable(unbound, withClaim), found, ...more],
});
const claimEvent = (reason: string, message: string) => anEvent(claim(), message, { reason });

const creating = (reason: string, message: string): Scene => {
  const objects = aWaitingWorkload("ContainerCreating", "");
  return { objects: [...objects, anEvent(objects.at(-1)!, message, { reason })] };
};

const probe = (path: string, port: number | string) => ({
  ports: [{ name: "http", containerPort: 8080 }],
  livenessProbe: { httpGet: { path, port }, periodSeconds: 10, failureThreshold: 3 },
  readinessProbe: { httpGet: { path, port }, periodSeconds: 10, failureThreshold: 3 },
  startupProbe: undefined,
});
const field = {
  involvedObject: { kind: "Pod", namespace: "shop", name: "checkout-8-abcde", fieldPath: "spec.containers{web}" },
};
const killed = (
  probed: "Liveness" | "Startup",
  said: string,
  container: Record<string, unknown>,
  lived = 45,
): Scene => {
  const pod = aContainerPod(container, aCrash(137, { startedAt: after(-60 - lived) }));
  return {
    objects: [
      ...aWorkload(),
      pod,
      anEvent(pod, `${probed} probe failed: ${said}`, { reason: "Unhealthy", ...field }),
      anEvent(pod, `Container web failed ${probed.toLowerCase()} probe, will be restarted`, {
        reason: "Killing",
        ...field,
      }),
    ],
  };
};
const unready = (said: string, container: Record<string, unknown>): Scene => {
  const pod = aContainerPod(container, { state: { running: { startedAt: after(-590) } } });
  return {
    objects: [...aWorkload(), pod, anEvent(pod, `Readiness probe failed: ${said}`, { reason: "Unhealthy", ...field })],
  };
};
const get = (port: number, path: string) =>
  `Get "http://10.1.2.3:${port}${path}": dial tcp 10.1.2.3:${port}: connect: connection refused`;

const job = (reason: string, spec: Record<string, unknown> = {}) =>
  anObject(
    "batch/v1",
    "Job",
    { name: "report", uid: "uid-report" },
    { spec: { backoffLimit: 3, ...spec }, status: { failed: 4, conditions: [aCondition("Failed", "True", reason)] } },
  );
const cronJob = (spec: Record<string, unknown> = {}) =>
  anObject("batch/v1", "CronJob", { name: "nightly" }, { spec: { schedule: "0 3 * * *", ...spec }, status: {} });
const cronEvent = (reason: string): Scene => ({ objects: [cronJob(), anEvent(cronJob(), "said so", { reason })] });
const alert = (label: string, name: string): Partial<Snapshot> => ({
  alerts: [{ name: "Something", state: "firing", labels: { namespace: "shop", [label]: name } }],
});

const hpa = (conditions: readonly unknown[], over: Record<string, unknown> = {}) =>
  anObject(
    "autoscaling/v2",
    "HorizontalPodAutoscaler",
    { name: "checkout" },
    {
      spec: { maxReplicas: 5, scaleTargetRef: { kind: "Deployment", name: "checkout" }, ...over },
      status: { currentReplicas: 5, conditions },
    },
  );
const healthy = (): KubernetesObject[] => [
  aDeployment({ status: { availableReplicas: 4, readyReplicas: 4 } }),
  aReplicaSet(8, badImage, { spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 4 } }),
  {
    ...aPod(),
    spec: {
      nodeName: "node-1",
      containers: [{ name: "web", image: badImage, ports: [{ name: "http", containerPort: 8080 }] }],
    },
  },
];
const ingress = (backend: Record<string, unknown>, spec: Record<string, unknown> = {}) =>
  anObject(
    "networking.k8s.io/v1",
    "Ingress",
    { name: "checkout" },
    {
      spec: {
        rules: [{ host: "shop.example.org", http: { paths: [{ path: "/", backend: { service: backend } }] } }],
        ...spec,
      },
    },
  );
const cart = (over: Record<string, unknown> = {}) =>
  anObject(
    "v1",
    "Service",
    { name: "cart" },
    { spec: { clusterIP: "10.96.0.9", selector: { app: "cart" }, ports: [{ port: 80 }], ...over } },
  );

const cartPod = anObject(
  "v1",
  "Pod",
  { name: "cart-1", labels: { app: "cart" } },
  { status: { conditions: [aCondition("Ready", "True")] } },
);

const readyCart = { ...cartPod, metadata: { ...cartPod.metadata, labels: { app: "cart" } } };
const policy = (selected: string, spec: Record<string, unknown>) =>
  anObject(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    { name: "wall" },
    { spec: { podSelector: { matchLabels: { app: selected } }, ...spec } },
  );
const timesOut = "Error: connect to cart:80 failed: i/o timeout";

type Condition = ReturnType<typeof aCondition>;
const onNode = (pod: KubernetesObject, conditions: readonly Condition[]): Scene => ({
  objects: [
    ...aWorkload(),
    { ...pod, spec: { nodeName: "node-1", containers: [] } },
    node("node-1", { status: { conditions } }),
  ],
});
const sickNode = (...conditions: readonly Condition[]) => onNode(aPod({ ready: false }), conditions);
const pressed = (type: string) =>
  onNode(aPod({ status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource" } }), [
    aCondition("Ready", "True"),
    aCondition(type, "True", "Kubelet"),
  ]);
/** A crash over a file of a mounted volume. */
const onVolume = (line: string): Scene => ({
  objects: [
    ...aWorkload(),
    aContainerPod({ volumeMounts: [{ name: "data", mountPath: "/data" }] }, aCrash(1), { spec: withClaim }),
    claim({}, "Bound"),
  ],
  log: [line],
});
/** A healthy workload, and a Service of its own. */
const served = (spec: Record<string, unknown>): Scene => ({
  objects: [...healthy(), anObject("v1", "Service", { name: "checkout" }, { spec })],
});
/** A healthy workload whose scaling says this. */
const scaling = (conditions: Parameters<typeof hpa>[0], spec: Record<string, unknown> = {}): Scene => ({
  objects: [...healthy(), hpa(conditions, spec)],
});

/** One scene for each rule, by the rule's id. */
export const scenes: Readonly<Record<string, Scene>> = {
  "node-not-ready": sickNode(aCondition("Ready", "False", "KubeletNotReady", "PLEG is not healthy")),
  "node-unreachable": sickNode(
    aCondition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."),
  ),
  "kubelet-down": {
    ...sickNode(aCondition("Ready", "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")),
    parts: { probes: [{ kind: "node-service", target: "node/node-1/kubelet", ok: false, message: "inactive" }] },
  },
  "container-runtime-down": sickNode(aCondition("Ready", "False", "KubeletNotReady", "container runtime is down")),
  "node-network-unavailable": sickNode(
    aCondition("Ready", "True"),
    aCondition("NetworkUnavailable", "True", "NoRouteCreated", ""),
  ),
  "node-memory-pressure": pressed("MemoryPressure"),
  "node-disk-pressure": pressed("DiskPressure"),
  "node-pid-pressure": pressed("PIDPressure"),

  "quota-cpu-exceeded": refused(quota("requests.cpu", "1", "4")),
  "quota-memory-exceeded": refused(quota("limits.memory", "1Gi", "4Gi")),
  "quota-pods-exceeded": refused(quota("pods", "1", "10")),
  "quota-storage-exceeded": refused(quota("requests.storage", "1Gi", "10Gi")),
  "quota-object-count-exceeded": refused(quota("count/configmaps", "1", "10")),
  "quota-requires-limits": refused(`${forbidden}failed quota: team: must specify limits.cpu for: web`),
  "limitrange-violated": refused(`${forbidden}maximum cpu usage per Container is 500m, but limit is 1`),
  "pod-security-violation": refused(
    `${forbidden}violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "web" must set it)`,
  ),
  "serviceaccount-not-found": refused(
    `${forbidden}error looking up service account shop/buyer: serviceaccount "buyer" not found`,
  ),
  "admission-webhook-denied": refused(
    'admission webhook "validate.policy.svc" denied the request: label team is required',
  ),
  "admission-webhook-cert-untrusted": refused(
    'Internal error occurred: failed calling webhook "v.example.org": failed to call webhook: Post "https://hook.infra.svc:443/v": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ),
  "admission-webhook-down": refused(
    'Internal error occurred: failed calling webhook "v.example.org": failed to call webhook: Post "https://hook.infra.svc:443/v": dial tcp 10.96.7.7:443: connect: connection refused',
  ),
  "priorityclass-not-found": refused(`${forbidden}no PriorityClass with name urgent was found`),
  "runtimeclass-not-found": refused(`${forbidden}pod rejected: RuntimeClass "gvisor" not found`),

  "storageclass-not-found": claiming(
    claim({ storageClassName: "fast" }),
    storageClass("slow"),
    claimEvent("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found'),
  ),
  "no-default-storageclass": claiming(
    claim(),
    storageClass("slow"),
    claimEvent("FailedBinding", "no persistent volumes available for this claim and no storage class is set"),
  ),
  "pv-capacity-too-small": claiming(claim({ storageClassName: "" }), volume({ capacity: { storage: "5Gi" } })),
  "pv-access-mode-mismatch": claiming(claim({ storageClassName: "", accessModes: ["ReadWriteMany"] }), volume()),
  "pv-selector-mismatch": claiming(
    claim({ storageClassName: "", selector: { matchLabels: { tier: "gold" } } }),
    volume(),
  ),
  "pv-already-bound": claiming(
    claim({ storageClassName: "", volumeName: "pv-1" }),
    volume({ claimRef: { namespace: "pay", name: "other" } }, "Bound"),
  ),
  "volume-provisioning-failed": claiming(
    claim({ storageClassName: "slow" }),
    storageClass("slow"),
    claimEvent("ProvisioningFailed", "rpc error: quota of disks exceeded"),
  ),
  "volume-provisioner-down": claiming(
    claim({ storageClassName: "slow" }),
    storageClass("slow"),
    claimEvent(
      "ExternalProvisioning",
      "Waiting for a volume to be created either by the external provisioner 'x' or manually",
    ),
  ),
  "pvc-not-found": scheduling('0/3 nodes are available: persistentvolumeclaim "data" not found.', withClaim),
  "pvc-lost": claiming(claim({ volumeName: "pv-9" }, "Lost")),

  "insufficient-cpu": scheduling("0/1 nodes are available: 1 Insufficient cpu.", {}, asks("cpu", "4"), [
    node("node-1"),
  ]),
  "insufficient-memory": scheduling("0/1 nodes are available: 1 Insufficient memory.", {}, asks("memory", "8Gi"), [
    node("node-1"),
  ]),
  "insufficient-ephemeral-storage": scheduling("0/3 nodes are available: 3 Insufficient ephemeral-storage."),
  "insufficient-extended-resource": scheduling("0/3 nodes are available: 3 Insufficient nvidia.com/gpu."),
  "node-pod-limit-reached": scheduling("0/3 nodes are available: 3 Too many pods."),
  "node-selector-mismatch": scheduling(
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    { nodeSelector: { disk: "ssd" } },
    {},
    [node("node-1", {}, { disk: "hdd" })],
  ),
  "node-affinity-mismatch": scheduling(
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "In", values: ["b"] }] }],
          },
        },
      },
    },
    {},
    [node("node-1", {}, { zone: "a" })],
  ),
  "taint-not-tolerated": scheduling("0/1 nodes are available: 1 node(s) had untolerated taint {team: data}.", {}, {}, [
    node("node-1", { spec: { taints: [{ key: "team", value: "data", effect: "NoSchedule" }] }, status: {} }),
  ]),
  "node-cordoned": scheduling("0/1 nodes are available: 1 node(s) were unschedulable.", {}, {}, [
    node("node-1", {
      spec: { unschedulable: true, taints: [{ key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" }] },
    }),
  ]),
  "pod-anti-affinity-unsatisfied": scheduling(
    "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
  ),
  "existing-pod-anti-affinity": scheduling(
    "0/3 nodes are available: 3 node(s) didn't satisfy existing pods anti-affinity rules.",
  ),
  "pod-affinity-unsatisfied": scheduling("0/3 nodes are available: 3 node(s) didn't match pod affinity rules."),
  "topology-spread-unsatisfied": scheduling(
    "0/3 nodes are available: 3 node(s) didn't match pod topology spread constraints.",
  ),
  "host-port-conflict": scheduling(
    "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports.",
  ),
  "volume-node-affinity-conflict": scheduling("0/3 nodes are available: 3 node(s) had volume node affinity conflict."),
  "scheduling-gated": scheduling("", { schedulingGates: [{ name: "example.org/wait" }] }),
  "assigned-node-not-found": {
    objects: [
      ...aWorkload(),
      aContainerPod(
        {},
        {},
        { spec: { nodeName: "node-9" }, pod: { phase: "Pending", containerStatuses: [], conditions: [] } },
      ),
      node("node-1"),
    ],
  },

  "pod-evicted": {
    objects: [
      ...aWorkload(),
      aPod({ status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." } }),
    ],
  },
  "pod-preempted": {
    objects: [
      ...aWorkload(),
      aPod({ status: { phase: "Failed", reason: "Preempting", message: "Preempted in order to admit critical pod" } }),
    ],
  },

  "invalid-image-name": waiting("InvalidImageName", "invalid reference format"),
  "image-pull-policy-never": waiting("ErrImageNeverPull", "not present with pull policy of Never"),
  "registry-rate-limited": waiting("ErrImagePull", "429 Too Many Requests"),
  "registry-cert-untrusted": waiting("ErrImagePull", "x509: certificate signed by unknown authority"),
  "image-pull-unauthorized": waiting("ErrImagePull", "401 Unauthorized"),
  "image-not-found": waiting("ErrImagePull", "manifest unknown"),
  "registry-dns-failure": waiting("ErrImagePull", "lookup registry.local: no such host"),
  "registry-unreachable": waiting("ErrImagePull", "dial tcp 10.0.0.9:443: i/o timeout"),

  "configmap-not-found": waiting("CreateContainerConfigError", 'configmap "settings" not found'),
  "secret-not-found": waiting("CreateContainerConfigError", 'secret "db" not found'),
  "config-key-not-found": waiting("CreateContainerConfigError", "couldn't find key password in Secret shop/db"),
  "mounted-configmap-not-found": creating(
    "FailedMount",
    'MountVolume.SetUp failed for volume "c" : configmap "settings" not found',
  ),
  "mounted-secret-not-found": creating(
    "FailedMount",
    'MountVolume.SetUp failed for volume "tls" : secret "tls" not found',
  ),

  "volume-multi-attach": creating(
    "FailedAttachVolume",
    'Multi-Attach error for volume "pv-1" Volume is already used by pod(s) checkout-7-x',
  ),
  "volume-mount-failed": creating("FailedMount", "MountVolume.MountDevice failed: rpc error: wrong fs type"),

  "run-as-non-root-violation": waiting(
    "CreateContainerConfigError",
    "container has runAsNonRoot and image will run as root",
  ),
  "image-architecture-mismatch": exit(128, {
    reason: "StartError",
    message: "failed to create containerd task: exec /app/run: exec format error",
  }),
  "container-command-invalid": exit(128, {
    reason: "StartError",
    message: 'OCI runtime create failed: exec: "serve": executable file not found in $PATH',
  }),
  "lifecycle-hook-failed": waiting("PostStartHookError", "command 'warm' exited with 1"),
  "sandbox-oom-killed": creating("FailedCreatePodSandBox", "container init was OOM-killed (memory limit too low?)"),
  "pod-ips-exhausted": creating(
    "FailedCreatePodSandBox",
    "failed to allocate for range 0: no IP addresses available in range set",
  ),
  "cni-setup-failed": creating("FailedCreatePodSandBox", 'plugin type="bridge" failed (add): cni config uninitialized'),

  "container-oom-killed": {
    objects: [
      ...aWorkload(),
      aContainerPod({ resources: { limits: { memory: "128Mi" } } }, aCrash(137, { reason: "OOMKilled" })),
    ],
  },
  "node-system-oom": {
    objects: [
      ...aWorkload(),
      aContainerPod({}, aCrash(137, { reason: "OOMKilled" }), { spec: { nodeName: "node-1" } }),
      node("node-1"),
      { ...anEvent(node("node-1"), "System OOM encountered, victim process: java", { reason: "SystemOOM" }) },
    ],
  },

  "liveness-wrong-port": killed("Liveness", get(9090, "/healthz"), probe("/healthz", 9090)),
  "liveness-wrong-path": killed("Liveness", "HTTP probe failed with statuscode: 404", probe("/health", 8080)),
  "liveness-wrong-protocol": killed(
    "Liveness",
    'Get "http://10.1.2.3:8080/": net/http: HTTP/1.x transport connection broken: malformed HTTP response',
    probe("/", 8080),
  ),
  "liveness-too-early": killed("Liveness", get(8080, "/healthz"), probe("/healthz", 8080)),
  "liveness-app-unhealthy": killed("Liveness", "HTTP probe failed with statuscode: 500", probe("/healthz", 8080)),
  "readiness-wrong-port": unready(get(9090, "/ready"), probe("/ready", 9090)),
  "readiness-wrong-path": unready("HTTP probe failed with statuscode: 404", probe("/readyy", 8080)),
  "readiness-wrong-protocol": unready(
    'Get "https://10.1.2.3:8080/": http: server gave HTTP response to HTTPS client',
    probe("/", 8080),
  ),
  "readiness-app-not-ready": unready("HTTP probe failed with statuscode: 503", probe("/ready", 8080)),
  "startup-budget-exceeded": killed("Startup", get(8080, "/healthz"), {
    ...probe("/healthz", 8080),
    startupProbe: { httpGet: { port: 8080 }, periodSeconds: 5, failureThreshold: 6 },
  }),

  "required-setting-missing": crash("Error: environment variable DATABASE_URL is not set"),
  "dependency-auth-failed": crash('FATAL: password authentication failed for user "app"'),
  "dependency-unreachable": crash("Error: connect ECONNREFUSED 10.9.9.9:5432"),
  "dependency-wrong-port": crash("dial tcp: connect to cart:8081: connection refused", {}, [
    cart(),
    anObject(
      "v1",
      "Pod",
      { name: "cart-1", labels: { app: "cart" } },
      { status: { conditions: [aCondition("Ready", "True")] } },
    ),
  ]),
  "scaled-to-zero": crash("connect to cart:80: connection refused", {}, [
    cart(),
    aDeployment({
      metadata: { name: "cart", uid: "uid-cart" },
      spec: { replicas: 0, template: { metadata: { labels: { app: "cart" } } } },
      status: { replicas: 0, availableReplicas: 0 },
    }),
  ]),
  "host-not-resolved": crash("Error: getaddrinfo ENOTFOUND crat", {}, [cart()]),
  "networkpolicy-blocks-ingress": crash(timesOut, {}, [
    cart(),
    readyCart,
    policy("cart", { ingress: [{ from: [{ podSelector: { matchLabels: { app: "frontend" } } }] }] }),
  ]),
  "networkpolicy-blocks-egress": crash(timesOut, {}, [
    cart(),
    readyCart,
    policy("checkout", { policyTypes: ["Egress"], egress: [{ ports: [{ port: 53 }] }] }),
  ]),
  "networkpolicy-blocks-dns": crash("getaddrinfo EAI_AGAIN cart", {}, [
    cart(),
    readyCart,
    policy("checkout", { policyTypes: ["Egress"], egress: [{ ports: [{ port: 5432 }] }] }),
  ]),
  "port-already-in-use": crash("listen tcp :8080: bind: address already in use"),
  "certificate-expired": crash("x509: certificate has expired or is not yet valid"),
  "filesystem-read-only": crash("open /app/cache/x: read-only file system"),
  "database-read-only": crash("ERROR 1290: The MySQL server is running with the --read-only option"),
  "database-connections-exhausted": crash("FATAL: sorry, too many clients already"),
  "ephemeral-storage-full": crash("write /tmp/x: no space left on device"),
  "shm-full": crash("could not resize segment /dev/shm/x: No space left on device"),
  "volume-full": onVolume("write /data/x: no space left on device"),
  "too-many-open-files": crash("accept: too many open files"),
  "volume-permission-denied": onVolume("mkdir /data/x: permission denied"),
  "rbac-forbidden": crash(
    'configmaps is forbidden: User "system:serviceaccount:shop:default" cannot list resource "configmaps" in API group "" in the namespace "shop"',
  ),
  "process-segfault": exit(139),
  "process-aborted": exit(134),
  "illegal-instruction": exit(132),
  "process-exits-zero": exit(0, { reason: "Completed" }),
  "application-error": crash("panic: runtime error: index out of range [3] with length 3"),
  "init-container-failed": { objects: [...aWorkload(), aContainerPod({}, aCrash(3), { init: true })] },
  "container-crash": exit(3),

  "cluster-dns-failure": {
    objects: [
      anObject(
        "apps/v1",
        "Deployment",
        { name: "coredns", namespace: "kube-system", labels: { "k8s-app": "kube-dns" } },
        { spec: { replicas: 2 }, status: { availableReplicas: 0 } },
      ),
    ],
  },
  "job-backoff-limit-exceeded": { objects: [job("BackoffLimitExceeded")] },
  "job-deadline-exceeded": { objects: [job("DeadlineExceeded", { activeDeadlineSeconds: 60 })] },
  "cronjob-suspended": { objects: [cronJob({ suspend: true })], parts: alert("cronjob", "nightly") },
  "cronjob-schedule-invalid": cronEvent("UnparseableSchedule"),
  "cronjob-timezone-invalid": cronEvent("UnknownTimeZone"),
  "cronjob-too-many-missed": cronEvent("TooManyMissedTimes"),
  "cronjob-deadline-missed": cronEvent("MissSchedule"),
  "cronjob-blocked-by-running-job": cronEvent("JobAlreadyActive"),

  "progress-deadline-exceeded": {
    objects: [
      aDeployment({
        status: {
          conditions: [aCondition("Progressing", "False", "ProgressDeadlineExceeded", "has timed out progressing")],
        },
      }),
      aReplicaSet(8, badImage),
    ],
  },
  "rollout-paused": { objects: [aDeployment({ spec: { paused: true } })], parts: alert("deployment", "checkout") },
  "generation-mismatch": {
    objects: [aDeployment({ metadata: { generation: 9, creationTimestamp: after(-6_000) } })],
    parts: alert("deployment", "checkout"),
  },
  "statefulset-service-not-found": {
    objects: [
      anObject(
        "apps/v1",
        "StatefulSet",
        { name: "db" },
        { spec: { replicas: 1, serviceName: "db" }, status: { replicas: 1, readyReplicas: 1 } },
      ),
    ],
  },

  "service-selector-mismatch": served({ selector: { app: "chekout" }, ports: [{ port: 80 }] }),
  "service-target-port-mismatch": served({ selector: { app: "checkout" }, ports: [{ port: 80, targetPort: "web" }] }),
  "ingress-service-not-found": {
    objects: [aService(), ingress({ name: "chekout", port: { number: 80 } }), ...healthy()],
  },
  "ingress-service-port-not-found": { objects: [cart(), cartPod, ingress({ name: "cart", port: { number: 8080 } })] },
  "ingress-class-not-found": {
    objects: [
      cart(),
      cartPod,
      ingress({ name: "cart", port: { number: 80 } }, { ingressClassName: "nginx" }),
      aClusterObject("networking.k8s.io/v1", "IngressClass", "traefik"),
    ],
  },
  "ingress-tls-secret-not-found": {
    objects: [
      cart(),
      cartPod,
      ingress({ name: "cart", port: { number: 80 } }, { tls: [{ secretName: "shop-tls" }] }),
      anObject("v1", "Secret", { name: "other" }),
    ],
  },

  "hpa-requests-missing": scaling([
    aCondition(
      "ScalingActive",
      "False",
      "FailedGetResourceMetric",
      "failed to get cpu utilization: missing request for cpu in container web of Pod x",
    ),
  ]),
  "hpa-metrics-unavailable": scaling([
    aCondition(
      "ScalingActive",
      "False",
      "FailedGetResourceMetric",
      "unable to get metrics for resource cpu: the server could not find the requested resource (get pods.metrics.k8s.io)",
    ),
  ]),
  "hpa-target-not-found": scaling(
    [aCondition("AbleToScale", "False", "FailedGetScale", "deployments.apps not found")],
    {
      scaleTargetRef: { kind: "Deployment", name: "gone" },
    },
  ),
  "hpa-at-max": scaling([
    aCondition("ScalingActive", "True"),
    aCondition("ScalingLimited", "True", "TooManyReplicas", "the desired replica count is more than the maximum"),
  ]),
  "pdb-blocks-eviction": {
    objects: [
      ...healthy(),
      node("node-1", { spec: { unschedulable: true } }),
      anObject(
        "policy/v1",
        "PodDisruptionBudget",
        { name: "checkout" },
        {
          spec: { minAvailable: 1, selector: { matchLabels: { app: "checkout" } } },
          status: { disruptionsAllowed: 0, expectedPods: 1, currentHealthy: 1 },
        },
      ),
    ],
  },
};
