import { failing, healthy, likely, warning } from "../expect.js";
import type { Built } from "./built.js";
import {
  ago,
  clusterObject,
  condition,
  deployment,
  event,
  node,
  object,
  pod,
  podOf,
  service,
  unschedulable,
} from "./world.js";

const extensions = "the test cluster has no such controller installed";
const longAgo = "a test cannot wait until this is old";
const systems = "the test cluster's control plane has to go on for the other cases";

const route = (name: string, parents: readonly object[], backend = name) =>
  object("gateway.networking.k8s.io/v1", "HTTPRoute", name, {
    spec: {
      parentRefs: [{ name: "edge" }],
      hostnames: [`${name}.example.com`],
      rules: [{ backendRefs: [{ name: backend, port: 80 }] }],
    },
    status: {
      parents: parents.map((conditions) => ({
        parentRef: { name: "edge" },
        controllerName: "example.com/gateway",
        conditions,
      })),
    },
  });
const gateway = (conditions: readonly object[]) =>
  object("gateway.networking.k8s.io/v1", "Gateway", "edge", {
    spec: { gatewayClassName: "example", listeners: [{ name: "https", port: 443, protocol: "HTTPS" }] },
    status: { conditions },
  });
const accepted = condition("Accepted", "True", { reason: "Accepted" });
const resolved = condition("ResolvedRefs", "True", { reason: "ResolvedRefs" });
const programmed = condition("Programmed", "True", { reason: "Programmed" });

/** What controllers and the control plane say of their own objects. */
export const extensionCases: readonly Built[] = [
  {
    name: "gateway/route-without-listener",
    title: "No listener of the Gateway takes the host name of a route",
    split: "held-out",
    because: extensions,
    objects: [
      gateway([accepted, programmed]),
      route("shop", [
        [
          condition("Accepted", "False", {
            reason: "NoMatchingListenerHostname",
            message: "no listener matches the hostnames of the route",
          }),
          resolved,
        ],
      ]),
      service("shop", 80),
      ...deployment("shop", [{}]),
    ],
    expect: warning("gateway-route-not-accepted", "HTTPRoute/shop"),
  },
  {
    name: "gateway/backend-missing",
    title: "A route leads to a Service that does not exist",
    split: "tuned",
    because: extensions,
    objects: [
      gateway([accepted, programmed]),
      route(
        "docs",
        [
          [
            accepted,
            condition("ResolvedRefs", "False", { reason: "BackendNotFound", message: 'Service "docs-web" not found' }),
          ],
        ],
        "docs-web",
      ),
      service("docs", 80),
      ...deployment("docs", [{}]),
    ],
    expect: warning("gateway-refs-unresolved", "HTTPRoute/docs"),
  },
  {
    name: "gateway/not-programmed",
    title: "A Gateway got no address and is not programmed",
    split: "held-out",
    because: extensions,
    objects: [
      gateway([
        accepted,
        condition("Programmed", "False", { reason: "AddressNotAssigned", message: "no address could be assigned" }),
      ]),
      route("blog", [[accepted, resolved]]),
      service("blog", 80),
      ...deployment("blog", [{}]),
    ],
    expect: warning("gateway-not-programmed", "Gateway/edge"),
  },
  {
    name: "gateway/all-in-order",
    title: "A Gateway and its route are in order",
    split: "held-out",
    because: extensions,
    objects: [
      gateway([accepted, programmed]),
      route("wiki", [[accepted, resolved]]),
      service("wiki", 80),
      ...deployment("wiki", [{}]),
    ],
    expect: healthy,
  },
  {
    name: "delivery/release-failed",
    title: "The upgrade of a Helm release failed",
    split: "held-out",
    because: extensions,
    objects: [
      object("helm.toolkit.fluxcd.io/v2", "HelmRelease", "checkout", {
        spec: { interval: "10m", chart: { spec: { chart: "checkout", version: "4.1.0" } } },
        status: {
          observedGeneration: 7,
          conditions: [
            condition("Ready", "False", {
              reason: "UpgradeFailed",
              message:
                'Helm upgrade failed for release team-built/checkout with chart checkout@4.1.0: cannot patch "checkout" with kind Deployment: Deployment.apps "checkout" is invalid: spec.selector: field is immutable',
            }),
          ],
        },
      }),
      ...deployment("checkout", [{}]),
    ],
    expect: warning(["helm-release-failed", "manifest-invalid"], "HelmRelease/checkout"),
  },
  {
    name: "access/certificate-not-renewed",
    title: "A certificate could not be renewed and ends in two days",
    split: "held-out",
    because: extensions,
    objects: [
      object("cert-manager.io/v1", "Certificate", "shop-tls", {
        spec: {
          secretName: "shop-tls",
          dnsNames: ["shop.example.com"],
          issuerRef: { name: "acme", kind: "ClusterIssuer" },
        },
        status: {
          notAfter: ago(-2_880),
          renewalTime: ago(40_000),
          conditions: [
            condition("Ready", "False", {
              reason: "Failed",
              message:
                'The certificate request has failed to complete and will be retried: Failed to wait for order resource "shop-tls-1" to become ready: order is in "invalid" state',
            }),
          ],
        },
      }),
      ...deployment("shop", [{}]),
    ],
    expect: warning(["certificate-expiring", "certificate-expired"], "Certificate/shop-tls"),
  },
  {
    name: "access/binding-without-role",
    title: "A RoleBinding refers to a Role that does not exist, and the program lacks the right",
    split: "held-out",
    because: "no image of the test cluster elects a leader",
    objects: [
      object("rbac.authorization.k8s.io/v1", "RoleBinding", "leader-election", {
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "leader-elector" },
        subjects: [{ kind: "ServiceAccount", name: "operator", namespace: "team-built" }],
      }),
      object("v1", "ServiceAccount", "operator"),
      ...deployment("operator", [
        {
          spec: { serviceAccountName: "operator" },
          state: {
            ready: false,
            restartCount: 9,
            state: {
              waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container=app" },
            },
            lastState: { terminated: { exitCode: 1, reason: "Error", startedAt: ago(4), finishedAt: ago(3) } },
          },
          status: { phase: "Running", conditions: [condition("PodScheduled", "True"), condition("Ready", "False")] },
        },
      ]),
      node("node-a"),
    ],
    log: [
      'E0402 10:11:00.120 leaderelection.go:332] error retrieving resource lock team-built/operator: leases.coordination.k8s.io "operator" is forbidden: User "system:serviceaccount:team-built:operator" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "team-built"',
      "F0402 10:12:00.120 main.go:61] leader election lost",
    ],
    expect: likely(
      ["rbac-forbidden", "rbac-binding-dangling"],
      ["Deployment/operator", "ServiceAccount/operator", "RoleBinding/leader-election"],
    ),
  },
  {
    name: "autoscaling/metrics-api-away",
    title: "The metrics API is not available, and the autoscaler gets no figures",
    split: "tuned",
    because: "the test cluster serves no metrics at all",
    objects: [
      clusterObject("apiregistration.k8s.io/v1", "APIService", "v1beta1.metrics.k8s.io", {
        spec: {
          service: { namespace: "kube-system", name: "metrics-server" },
          group: "metrics.k8s.io",
          version: "v1beta1",
        },
        status: {
          conditions: [
            condition("Available", "False", {
              reason: "MissingEndpoints",
              message: 'endpoints for service/metrics-server in "kube-system" have no addresses with port name "https"',
            }),
          ],
        },
      }),
      ...deployment("api", [{}]),
      object("autoscaling/v2", "HorizontalPodAutoscaler", "api", {
        spec: {
          scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
          minReplicas: 1,
          maxReplicas: 5,
          metrics: [
            { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
          ],
        },
        status: {
          currentReplicas: 1,
          desiredReplicas: 0,
          conditions: [
            condition("AbleToScale", "True", { reason: "SucceededGetScale" }),
            condition("ScalingActive", "False", {
              reason: "FailedGetResourceMetric",
              message:
                "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io)",
            }),
          ],
        },
      }),
    ],
    expect: warning(
      ["apiservice-unavailable", "hpa-metrics-unavailable"],
      ["APIService/v1beta1.metrics.k8s.io", "HorizontalPodAutoscaler/api"],
    ),
  },
  {
    name: "access/pod-held-by-a-finalizer",
    title: "A StatefulSet's pod cannot go: its finalizer waits for a controller that is not there",
    split: "held-out",
    because: longAgo,
    objects: (() => {
      const labels = { app: "bus" };
      const owner = object(
        "apps/v1",
        "StatefulSet",
        "bus",
        {
          spec: {
            replicas: 1,
            serviceName: "bus",
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers: [] } },
          },
          status: { replicas: 1, readyReplicas: 0, currentReplicas: 1, observedGeneration: 1 },
        },
        { generation: 1 },
      );
      const stuck = pod("bus-0", owner, "bus", { status: { phase: "Succeeded", containerStatuses: [] } });
      return [
        owner,
        service("bus", 80),
        {
          ...stuck,
          metadata: {
            ...stuck.metadata,
            deletionTimestamp: ago(120),
            deletionGracePeriodSeconds: 30,
            finalizers: ["queues.example.com/drain"],
          },
        },
        node("node-a"),
      ];
    })(),
    expect: failing("finalizer-stuck", ["Pod/bus-0", "StatefulSet/bus"], { suffers: ["StatefulSet/bus"] }),
  },
  {
    name: "access/namespace-terminating",
    title: "A namespace cannot go: an API that it may have objects of does not answer",
    split: "held-out",
    because: longAgo,
    objects: [
      clusterObject(
        "v1",
        "Namespace",
        "team-built",
        {
          spec: { finalizers: ["kubernetes"] },
          status: {
            phase: "Terminating",
            conditions: [
              condition("NamespaceDeletionDiscoveryFailure", "True", {
                reason: "DiscoveryFailed",
                message:
                  "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: stale GroupVersion discovery: metrics.k8s.io/v1beta1",
              }),
            ],
          },
        },
        { deletionTimestamp: ago(90) },
      ),
      object("v1", "ServiceAccount", "default"),
    ],
    expect: warning(
      ["namespace-stuck-terminating", "apiservice-unavailable"],
      ["Namespace/team-built", "APIService/v1beta1.metrics.k8s.io"],
    ),
  },
  {
    name: "scheduling/scheduler-down",
    title: "Nobody schedules: a pod of an hour has no condition and no event",
    split: "held-out",
    because: systems,
    objects: [
      ...deployment("idle", [{ nodeName: null, status: { phase: "Pending", conditions: [] } }]),
      node("node-a"),
    ],
    expect: likely("scheduler-down", ["Deployment/idle", "Lease/kube-scheduler", "Pod/kube-scheduler"], {
      suffers: ["Deployment/idle"],
    }),
  },
  {
    name: "job/cron-start-missed",
    title: "A CronJob's start was missed by more than its deadline allows",
    split: "held-out",
    because: longAgo,
    objects: (() => {
      const owner = object("batch/v1", "CronJob", "close-day", {
        spec: {
          schedule: "0 0 * * *",
          startingDeadlineSeconds: 60,
          jobTemplate: {
            spec: {
              template: {
                spec: {
                  restartPolicy: "Never",
                  containers: [{ name: "app", image: "registry.example.com/apps/server:3.4.0" }],
                },
              },
            },
          },
        },
        status: { lastScheduleTime: ago(2_055) },
      });
      return [
        owner,
        event(owner, "MissSchedule", "Missed scheduled time to start a job: Thu, 02 Apr 2026 00:00:00 +0000", {
          count: 1,
          firstTimestamp: ago(14),
          lastTimestamp: ago(14),
        }),
      ];
    })(),
    expect: failing("cronjob-deadline-missed", "CronJob/close-day"),
  },
  {
    name: "node/process-ids",
    title: "A node has too few process ids left and takes no pods",
    split: "held-out",
    because: systems,
    objects: [
      node(
        "node-a",
        [
          condition("PIDPressure", "True", {
            reason: "KubeletHasInsufficientPID",
            message: "kubelet has insufficient PID available",
          }),
        ],
        {
          taints: [{ key: "node.kubernetes.io/pid-pressure", effect: "NoSchedule", timeAdded: ago(30) }],
        },
      ),
      ...deployment("forks", [
        unschedulable(
          "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/pid-pressure: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        ),
      ]),
    ],
    expect: failing("node-pid-pressure", "Node/node-a", { suffers: ["Deployment/forks"] }),
  },
  {
    name: "node/network-unavailable",
    title: "The network of a node was never set up",
    split: "held-out",
    because: systems,
    objects: (() => {
      const objects = deployment("relay", [
        unschedulable(
          "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/network-unavailable: }. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
        ),
      ]);
      return [
        node(
          "node-a",
          [
            condition("NetworkUnavailable", "True", {
              reason: "NoRouteCreated",
              message: "RouteController failed to create a route",
            }),
          ],
          {
            taints: [{ key: "node.kubernetes.io/network-unavailable", effect: "NoSchedule", timeAdded: ago(30) }],
          },
        ),
        ...objects,
        event(
          podOf(objects),
          "FailedScheduling",
          "0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/network-unavailable: }.",
        ),
      ];
    })(),
    expect: failing("node-network-unavailable", "Node/node-a", { suffers: ["Deployment/relay"] }),
  },
];
