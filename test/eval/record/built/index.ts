import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import { failing, healthy, likely, warning } from "../expect.js";
import {
  ago,
  clusterObject,
  condition,
  deployment,
  event,
  image,
  node,
  object,
  pod,
  podOf,
  service,
  unschedulable,
  waits,
} from "./world.js";
import type { Built } from "./built.js";
import { extensionCases } from "./extensions.js";

const registry = "the test cluster's registry knows neither limits nor certificates";
const network = "the test cluster has one node with a network that works";
const nodes = "the test cluster has one node, whose loss would end the recording";
const webhooks = "the test cluster runs no policy engine";
const disks = "the test cluster has no disks to attach";

const pulls = (name: string, detail: string): KubernetesObject[] => {
  const text = `failed to pull and unpack image "${image}": ${detail}`;
  const objects = deployment(name, [
    waits("ImagePullBackOff", `Back-off pulling image "${image}": ErrImagePull: ${text}`),
  ]);
  return [...objects, event(podOf(objects), "Failed", `Failed to pull image "${image}": ${text}`), node("node-a")];
};

const refused = (name: string, message: string): KubernetesObject[] => {
  const [top, set] = deployment(name, [], 2);
  if (!top || !set) throw new Error("no ReplicaSet");
  const condition_ = condition("ReplicaFailure", "True", { reason: "FailedCreate", message });
  const failed = (entry: KubernetesObject) => {
    const { conditions = [], ...status } = entry["status"] as { conditions?: unknown[] };
    return { ...entry, status: { ...status, conditions: [...conditions, condition_] } };
  };
  return [failed(top), failed(set), event(set, "FailedCreate", `Error creating: ${message}`), node("node-a")];
};

const gone = [
  condition("Ready", "Unknown", { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." }),
  ...["MemoryPressure", "DiskPressure", "PIDPressure"].map((type) =>
    condition(type, "Unknown", { reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status." }),
  ),
];
const unready = {
  status: { phase: "Running", conditions: [condition("PodScheduled", "True"), condition("Ready", "False")] },
};
const crashedWith = (exitCode: number, reason = "Error", over: object = {}) => ({
  state: {
    ready: false,
    started: false,
    restartCount: 7,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container=app" } },
    lastState: { terminated: { exitCode, reason, startedAt: ago(4), finishedAt: ago(3) } },
    ...over,
  },
  status: { phase: "Running", conditions: [condition("PodScheduled", "True"), condition("Ready", "False")] },
});

const cron = (name: string, spec: object, status: object = {}) =>
  object("batch/v1", "CronJob", name, {
    spec: {
      schedule: "*/5 * * * *",
      concurrencyPolicy: "Allow",
      jobTemplate: { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "app", image }] } } } },
      ...spec,
    },
    status,
  });
const hpa = (name: string, conditions: readonly object[], status: object = {}) =>
  object("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
      ],
    },
    status: { currentReplicas: 3, desiredReplicas: 3, conditions, ...status },
  });

const withEvent = (
  objects: readonly KubernetesObject[],
  reason: string,
  message: string,
  ...more: readonly KubernetesObject[]
): KubernetesObject[] => [...objects, event(podOf(objects), reason, message), ...more];

export const built: readonly Built[] = [
  ...extensionCases,
  {
    name: "image/rate-limit",
    title: "The public registry's limit for anonymous pulls is reached",
    split: "tuned",
    because: registry,
    objects: pulls(
      "orders",
      "failed to resolve reference: unexpected status from HEAD request to https://registry-1.docker.io/v2/apps/server/manifests/3.4.0: 429 Too Many Requests - Server message: toomanyrequests: You have reached your unauthenticated pull rate limit.",
    ),
    expect: failing("registry-rate-limited", "Deployment/orders"),
  },
  {
    name: "image/certificate-of-the-registry",
    title: "The node does not trust the registry's certificate",
    split: "held-out",
    because: registry,
    objects: pulls(
      "stock",
      'failed to resolve reference: failed to do request: Head "https://registry.example.com/v2/apps/server/manifests/3.4.0": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
    expect: failing("registry-cert-untrusted", "Deployment/stock"),
  },
  {
    name: "image/registry-times-out",
    title: "The registry does not answer in time",
    split: "held-out",
    because: registry,
    objects: pulls(
      "forms",
      'failed to resolve reference: failed to do request: Head "https://registry.example.com/v2/apps/server/manifests/3.4.0": dial tcp 10.20.3.3:443: i/o timeout',
    ),
    expect: failing("registry-unreachable", "Deployment/forms"),
  },
  {
    name: "image/bad-credentials",
    title: "The pull secret's credentials are refused",
    split: "tuned",
    because: registry,
    objects: pulls(
      "vault",
      "failed to resolve reference: failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://registry.example.com/token: 401 Unauthorized",
    ),
    expect: failing("image-pull-unauthorized", "Deployment/vault"),
  },
  {
    name: "admission/webhook-certificate",
    title: "The API server does not trust the certificate of an admission webhook",
    split: "tuned",
    because: webhooks,
    objects: refused(
      "portal",
      'Internal error occurred: failed calling webhook "validate.policies.example.com": failed to call webhook: Post "https://policy-controller.policy-system.svc:443/validate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ),
    expect: failing("admission-webhook-cert-untrusted", [
      "Deployment/portal",
      "Service/policy-controller",
      "ValidatingWebhookConfiguration/validate.policies.example.com",
    ]),
  },
  {
    name: "admission/webhook-times-out",
    title: "An admission webhook does not answer within its time",
    split: "held-out",
    because: webhooks,
    objects: refused(
      "planner",
      'Internal error occurred: failed calling webhook "mutate.sidecars.example.com": failed to call webhook: Post "https://sidecar-injector.mesh-system.svc:443/inject?timeout=10s": context deadline exceeded',
    ),
    expect: failing("admission-webhook-down", [
      "Deployment/planner",
      "Service/sidecar-injector",
      "MutatingWebhookConfiguration/mutate.sidecars.example.com",
    ]),
  },
  {
    name: "admission/policy-engine-denied",
    title: "A policy engine denies the pod for its image's tag",
    split: "held-out",
    because: webhooks,
    objects: refused(
      "insights",
      "admission webhook \"validate.kyverno.svc-fail\" denied the request: \n\nresource Pod/team-built/insights-5d9f7c-x was blocked due to the following policies \n\ndisallow-latest-tag:\n  validate-image-tag: 'validation error: Using a mutable image tag is not allowed. rule validate-image-tag failed at path /spec/containers/0/image/'\n",
    ),
    expect: failing("admission-webhook-denied", "Deployment/insights"),
  },
  {
    name: "node/unreachable",
    title: "The kubelet of one node stopped reporting, and an application has its only pod there",
    split: "tuned",
    because: nodes,
    objects: [
      node("node-a", gone, {
        taints: [{ key: "node.kubernetes.io/unreachable", effect: "NoExecute", timeAdded: ago(30) }],
      }),
      node("node-b"),
      ...deployment("checkout", [unready]),
      service("checkout", 80),
    ],
    expect: failing(["node-unreachable", "kubelet-down"], "Node/node-a", { suffers: ["Deployment/checkout"] }),
  },
  {
    name: "node/not-ready",
    title: "The network plugin of a node is not ready, its pods do not start",
    split: "held-out",
    because: nodes,
    objects: [
      node(
        "node-a",
        [
          condition("Ready", "False", {
            reason: "KubeletNotReady",
            message:
              "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized",
          }),
        ],
        { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoExecute", timeAdded: ago(30) }] },
      ),
      node("node-b"),
      ...deployment("uploads", [unready, unready]),
    ],
    expect: failing("node-not-ready", "Node/node-a", { suffers: ["Deployment/uploads"] }),
  },
  {
    name: "node/runtime-down",
    title: "The container runtime of a node is down",
    split: "held-out",
    because: nodes,
    objects: [
      node("node-a", [
        condition("Ready", "False", {
          reason: "KubeletNotReady",
          message:
            "container runtime is down, PLEG is not healthy: pleg was last seen active 4m12s ago; threshold is 3m0s",
        }),
      ]),
      node("node-b"),
      ...deployment("stats", [unready]),
    ],
    expect: failing(["container-runtime-down", "node-not-ready"], "Node/node-a", { suffers: ["Deployment/stats"] }),
  },
  {
    name: "node/memory-pressure",
    title: "A node is short of memory and evicts the pods of an application",
    split: "tuned",
    because: nodes,
    objects: [
      node("node-a", [
        condition("MemoryPressure", "True", {
          reason: "KubeletHasInsufficientMemory",
          message: "kubelet has insufficient memory available",
        }),
      ]),
      ...deployment(
        "cache",
        [
          {
            status: {
              phase: "Failed",
              reason: "Evicted",
              message:
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 61404Ki. Container app was using 3145728Ki, request is 0, has larger consumption of memory.",
              conditions: [condition("DisruptionTarget", "True", { reason: "TerminationByKubelet" })],
              containerStatuses: [],
            },
          },
          unschedulable(
            "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/memory-pressure: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
          ),
        ],
        1,
      ),
    ],
    expect: failing("node-memory-pressure", "Node/node-a", { suffers: ["Deployment/cache"] }),
  },
  {
    name: "node/disk-pressure",
    title: "A node is short of disk and takes no pods",
    split: "held-out",
    because: nodes,
    objects: [
      node(
        "node-a",
        [condition("DiskPressure", "True", { reason: "KubeletHasDiskPressure", message: "kubelet has disk pressure" })],
        { taints: [{ key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule", timeAdded: ago(30) }] },
      ),
      ...deployment("render", [
        unschedulable(
          "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        ),
      ]),
    ],
    expect: failing("node-disk-pressure", "Node/node-a", { suffers: ["Deployment/render"] }),
  },
  {
    name: "node/healthy-beside-a-broken-one",
    title: "A node is down; the namespace has nothing there and is well",
    split: "held-out",
    because: nodes,
    objects: [node("node-a"), node("node-z", gone), ...deployment("quiet", [{}, {}]), service("quiet", 80)],
    expect: healthy,
  },
  {
    name: "scheduling/control-plane-and-cpu",
    title: "Three of five nodes are short of CPU; the control plane's taint is no cause",
    split: "tuned",
    because: nodes,
    objects: [
      ...["a", "b", "c"].map((name) => node(`node-${name}`)),
      ...["1", "2"].map((name) =>
        node(`control-${name}`, [], {
          taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }],
        }),
      ),
      ...deployment("batch", [
        unschedulable(
          "0/5 nodes are available: 2 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 3 Insufficient cpu. preemption: 0/5 nodes are available: 2 Preemption is not helpful for scheduling, 3 No preemption victims found for incoming pod.",
          { container: { resources: { requests: { cpu: "6" } } } },
        ),
      ]),
    ],
    expect: failing("insufficient-cpu", "Deployment/batch", { never: ["taint-not-tolerated"] }),
  },
  {
    name: "scheduling/too-many-pods",
    title: "Every node runs as many pods as it may",
    split: "held-out",
    because: nodes,
    objects: [
      node("node-a", [], {}, { allocatable: { cpu: "4", memory: "16Gi", pods: "1" } }),
      pod("resident", null, "resident"),
      ...deployment("extra", [
        unschedulable(
          "0/1 nodes are available: 1 Too many pods. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
        ),
      ]),
    ],
    expect: failing("node-pod-limit-reached", ["Deployment/extra", "Node/node-a"], { suffers: ["Deployment/extra"] }),
  },
  {
    name: "scheduling/preempted",
    title: "Pods of an application gave way to one of a higher priority and find no place again",
    split: "held-out",
    because: nodes,
    objects: (() => {
      const objects = deployment("reports", [
        unschedulable(
          "0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
          {
            container: { resources: { requests: { memory: "10Gi" } } },
          },
        ),
      ]);
      const victim = pod("reports-5d9f7c-old", null, "reports");
      return [
        ...objects,
        node("node-a"),
        ...deployment("payments", [
          { container: { resources: { requests: { memory: "12Gi" } } }, spec: { priority: 100_000 } },
        ]),
        event(victim, "Preempted", "Preempted by pod 9d1f on node node-a", { type: "Normal", lastTimestamp: ago(20) }),
      ];
    })(),
    expect: failing(["pod-preempted", "insufficient-memory"], "Deployment/reports"),
  },
  {
    name: "storage/multi-attach",
    title: "A disk is still attached to the node where the pod was before",
    split: "tuned",
    because: disks,
    objects: withEvent(
      deployment("ledger", [
        {
          ...waits("ContainerCreating", ""),
          spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "ledger" } }] },
        },
      ]),
      "FailedAttachVolume",
      'Multi-Attach error for volume "pvc-4f1c" Volume is already exclusively attached to one node and can\'t be attached to another',
      object("v1", "PersistentVolumeClaim", "ledger", {
        spec: { accessModes: ["ReadWriteOnce"], volumeName: "pvc-4f1c" },
        status: { phase: "Bound" },
      }),
      node("node-a"),
    ),
    expect: failing("volume-multi-attach", ["Deployment/ledger", "PersistentVolumeClaim/ledger"]),
  },
  {
    name: "storage/provisioning-failed",
    title: "The storage driver cannot make the disk: the project's limit is reached",
    split: "held-out",
    because: disks,
    objects: (() => {
      const claim = object("v1", "PersistentVolumeClaim", "data-index-0", {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "fast",
          resources: { requests: { storage: "500Gi" } },
        },
        status: { phase: "Pending" },
      });
      return [
        claim,
        clusterObject("storage.k8s.io/v1", "StorageClass", "fast", {
          provisioner: "pd.csi.storage.gke.io",
          volumeBindingMode: "Immediate",
        }),
        event(
          claim,
          "ProvisioningFailed",
          "failed to provision volume with StorageClass \"fast\": rpc error: code = ResourceExhausted desc = CreateVolume failed: googleapi: Error 403: Quota 'SSD_TOTAL_GB' exceeded. Limit: 500.0 in region europe-west3., quotaExceeded",
        ),
        ...deployment("index", [
          unschedulable("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.", {
            spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-index-0" } }] },
          }),
        ]),
        node("node-a"),
      ];
    })(),
    expect: failing("volume-provisioning-failed", ["PersistentVolumeClaim/data-index-0", "StorageClass/fast"], {
      suffers: ["Deployment/index"],
    }),
  },
  {
    name: "container/addresses-used-up",
    title: "The pod network has no free address on this node",
    split: "tuned",
    because: network,
    objects: withEvent(
      deployment("edge", [waits("ContainerCreating", "")]),
      "FailedCreatePodSandBox",
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "6a3f": plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set: 10.88.0.1-10.88.0.254',
      node("node-a"),
    ),
    expect: failing("pod-ips-exhausted", ["Deployment/edge", "Node/node-a"], { suffers: ["Deployment/edge"] }),
  },
  {
    name: "container/network-plugin-fails",
    title: "The network plugin cannot reach its own daemon",
    split: "held-out",
    because: network,
    objects: withEvent(
      deployment("maps", [waits("ContainerCreating", "")]),
      "FailedCreatePodSandBox",
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox "91be": plugin type="calico" failed (add): error getting ClusterInformation: connection is unauthorized: Unauthorized',
      node("node-a"),
    ),
    expect: failing("cni-setup-failed", ["Deployment/maps", "Node/node-a"], { suffers: ["Deployment/maps"] }),
  },
  {
    name: "container/other-architecture",
    title: "The image was built for another processor",
    split: "tuned",
    because: "the test cluster's registry holds images of its own architecture only",
    objects: [...deployment("tool", [crashedWith(255)]), node("node-a")],
    log: ["exec /usr/local/bin/server: exec format error"],
    expect: failing("image-architecture-mismatch", "Deployment/tool"),
  },
  {
    name: "memory/node-out-of-memory",
    title: "A container without a limit was killed when its node ran out of memory",
    split: "held-out",
    because: nodes,
    objects: (() => {
      const owner = node("node-a");
      return [
        ...deployment("crunch", [crashedWith(137, "OOMKilled")]),
        owner,
        event(owner, "SystemOOM", "System OOM encountered, victim process: server, pid: 21187", {
          lastTimestamp: ago(4),
        }),
      ];
    })(),
    expect: failing("node-system-oom", ["Node/node-a", "Deployment/crunch"], { suffers: ["Deployment/crunch"] }),
  },
  {
    name: "job/cron-too-many-missed",
    title: "A CronJob missed more than a hundred starts and is not started any more",
    split: "tuned",
    because: "a test cannot wait for a hundred missed starts",
    objects: (() => {
      const owner = cron("accrue", {}, { lastScheduleTime: ago(1_400) });
      return [
        owner,
        event(
          owner,
          "TooManyMissedTimes",
          "too many missed start times: 280. Set or decrease .spec.startingDeadlineSeconds or check clock skew",
        ),
      ];
    })(),
    expect: failing("cronjob-too-many-missed", "CronJob/accrue"),
  },
  {
    name: "job/cron-time-zone",
    title: "The node's time zone data lost the zone of a CronJob",
    split: "held-out",
    because: "the API server refuses an unknown zone when the object is made",
    objects: (() => {
      const owner = cron("closing", { timeZone: "America/Nuuk" });
      return [
        owner,
        event(owner, "UnknownTimeZone", 'invalid timeZone: "America/Nuuk": unknown time zone America/Nuuk'),
      ];
    })(),
    expect: failing("cronjob-timezone-invalid", "CronJob/closing"),
  },
  {
    name: "job/cron-blocked-by-its-own-run",
    title: "A CronJob that forbids two runs at a time waits for one that has hung since yesterday",
    split: "held-out",
    because: "a test cannot wait until a run hangs for a day",
    objects: (() => {
      const owner = cron(
        "mirror",
        { concurrencyPolicy: "Forbid" },
        { lastScheduleTime: ago(1_500), active: [{ kind: "Job", name: "mirror-29" }] },
      );
      const run = object(
        "batch/v1",
        "Job",
        "mirror-29",
        { spec: { backoffLimit: 6 }, status: { active: 1, startTime: ago(1_500) } },
        {
          creationTimestamp: ago(1_500),
          ownerReferences: [
            { apiVersion: "batch/v1", kind: "CronJob", name: "mirror", uid: owner.metadata.uid, controller: true },
          ],
        },
      );
      return [
        owner,
        run,
        pod("mirror-29-x", run, "mirror", { createdMinutesAgo: 1_500 }),
        node("node-a"),
        event(
          owner,
          "JobAlreadyActive",
          "Not starting job because prior execution is running and concurrency policy is Forbid",
          { type: "Normal" },
        ),
      ];
    })(),
    expect: failing("cronjob-blocked-by-running-job", ["CronJob/mirror", "Job/mirror-29"]),
  },
  {
    name: "autoscaling/at-its-maximum",
    title: "An autoscaler wants more replicas than its maximum",
    split: "tuned",
    because: "the test cluster serves no metrics",
    objects: [
      ...deployment("search", [{}, {}, {}]),
      hpa(
        "search",
        [
          condition("AbleToScale", "True", { reason: "ReadyForNewScale" }),
          condition("ScalingActive", "True", { reason: "ValidMetricFound" }),
          condition("ScalingLimited", "True", {
            reason: "TooManyReplicas",
            message: "the desired replica count is more than the maximum replica count",
          }),
        ],
        { currentMetrics: [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization: 97 } } }] },
      ),
    ],
    expect: warning("hpa-at-max", "HorizontalPodAutoscaler/search"),
  },
  {
    name: "autoscaling/no-requests",
    title: "An autoscaler measures against requests that the containers do not have",
    split: "held-out",
    because: "the test cluster serves no metrics",
    objects: [
      ...deployment("thumbs", [{}]),
      hpa("thumbs", [
        condition("AbleToScale", "True", { reason: "SucceededGetScale" }),
        condition("ScalingActive", "False", {
          reason: "FailedGetResourceMetric",
          message:
            "the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container app of Pod thumbs-5d9f7c-bx0k",
        }),
      ]),
    ],
    expect: warning("hpa-requests-missing", ["HorizontalPodAutoscaler/thumbs", "Deployment/thumbs"]),
  },
  {
    name: "healthy/autoscaler-within-its-bounds",
    title: "An autoscaler has scaled to two of three replicas",
    split: "held-out",
    because: "the test cluster serves no metrics",
    objects: [
      ...deployment("gate", [{}, {}]),
      hpa(
        "gate",
        [
          condition("AbleToScale", "True", { reason: "ReadyForNewScale" }),
          condition("ScalingActive", "True", { reason: "ValidMetricFound" }),
          condition("ScalingLimited", "False", { reason: "DesiredWithinRange" }),
        ],
        { currentReplicas: 2, desiredReplicas: 2 },
      ),
    ],
    expect: healthy,
  },
  {
    name: "healthy/out-of-memory-yesterday",
    title: "A container reached its memory limit a day ago and has been well since",
    split: "tuned",
    because: "a test cannot wait for a day",
    objects: [
      ...deployment("feed", [
        {
          createdMinutesAgo: 4_000,
          state: undefined,
          container: { resources: { limits: { memory: "256Mi" } } },
        } as never,
      ]).map((entry) => {
        if (entry.kind !== "Pod") return entry;
        const status = entry["status"] as { containerStatuses: object[] };
        const last = {
          restartCount: 1,
          lastState: { terminated: { exitCode: 137, reason: "OOMKilled", finishedAt: ago(1_440) } },
        };
        const running = { state: { running: { startedAt: ago(1_439) } } };
        return {
          ...entry,
          status: {
            ...status,
            containerStatuses: status.containerStatuses.map((known) => ({ ...known, ...last, ...running })),
          },
        };
      }),
      node("node-a"),
    ],
    expect: healthy,
  },
  {
    name: "node/cluster-dns-down",
    title: "No replica of the cluster's DNS is available, and a client cannot resolve a Service that is there",
    split: "tuned",
    because: "the DNS of the test cluster is no pod of it",
    objects: (() => {
      const inSystem = (entry: KubernetesObject) => ({
        ...entry,
        metadata: { ...entry.metadata, namespace: "kube-system" },
      });
      const dns = deployment("coredns", [crashedWith(1), crashedWith(1)])
        .map(inSystem)
        .map((entry) => {
          const labels = { ...entry.metadata.labels, "k8s-app": "kube-dns" };
          return { ...entry, metadata: { ...entry.metadata, labels } };
        });
      return [
        ...deployment("orders", [crashedWith(1)]),
        ...deployment("orders-db", [{}]),
        service("orders-db", 5432),
        ...dns,
        inSystem(
          object(
            "v1",
            "Service",
            "kube-dns",
            { spec: { selector: { "k8s-app": "kube-dns" }, ports: [{ port: 53 }] } },
            { labels: { "k8s-app": "kube-dns" } },
          ),
        ),
        node("node-a"),
      ];
    })(),
    log: [
      "Error: getaddrinfo EAI_AGAIN orders-db",
      "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)",
    ],
    expect: likely("cluster-dns-failure", ["Deployment/coredns", "Service/kube-dns"], {
      suffers: ["Deployment/orders"],
    }),
  },
  {
    name: "healthy/leftovers-of-a-node-shutdown",
    title: "Pods that ended when their node was shut down lie around; their successors serve",
    split: "tuned",
    because: nodes,
    objects: [
      ...deployment("steady", [{}, {}]),
      ...["one", "two"].map((name) =>
        pod(`steady-5d9f7c-${name}`, deployment("steady", [])[1] ?? null, "steady", {
          createdMinutesAgo: 3_000,
          nodeName: "node-b",
          status: {
            phase: "Failed",
            reason: "Terminated",
            message: "Pod was terminated in response to imminent node shutdown.",
            containerStatuses: [
              {
                name: "app",
                image,
                ready: false,
                restartCount: 0,
                state: { terminated: { exitCode: 143, reason: "Error", finishedAt: ago(50) } },
              },
            ],
          },
        }),
      ),
      node("node-a"),
      node("node-b"),
    ],
    expect: healthy,
  },
  {
    name: "healthy/leftover-of-a-refused-pod",
    title: "A node refused a pod when it came back; the workload has all it wants",
    split: "held-out",
    because: nodes,
    objects: [
      ...deployment("even", [{}, {}]),
      pod("even-5d9f7c-refused", deployment("even", [])[1] ?? null, "even", {
        createdMinutesAgo: 900,
        status: {
          phase: "Failed",
          reason: "UnexpectedAdmissionError",
          message:
            "Pod was rejected: Allocate failed due to requested number of devices unavailable for example.com/accelerator. Requested: 1, Available: 0, which is unexpected",
          containerStatuses: [],
        },
      }),
      node("node-a"),
    ],
    expect: healthy,
  },
  {
    name: "healthy/flapping-node-of-yesterday",
    title: "A node was not ready for a while yesterday; its events are still there",
    split: "held-out",
    because: nodes,
    objects: (() => {
      const owner = node("node-a");
      const objects = deployment("calm", [{}]);
      return [
        ...objects,
        owner,
        event(owner, "NodeNotReady", "Node node-a status is now: NodeNotReady", {
          type: "Normal",
          lastTimestamp: ago(1_300),
          firstTimestamp: ago(1_300),
          count: 1,
        }),
        event(podOf(objects), "NodeNotReady", "Node is not ready", {
          lastTimestamp: ago(1_300),
          firstTimestamp: ago(1_300),
          count: 1,
        }),
      ];
    })(),
    expect: healthy,
  },
];
