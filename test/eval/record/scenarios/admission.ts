import { condition, event, ready } from "../checks.js";
import { failing } from "../expect.js";
import {
  daemonSet,
  deployment,
  idles,
  job,
  named,
  plain,
  pod,
  quota,
  serves,
  service,
  statefulSet,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const refused = condition("apps/v1", "ReplicaSet", "ReplicaFailure");
const asks = (requests: Record<string, string>, limits: Record<string, string> = {}) =>
  idles({ resources: { requests, limits } });
const selector = { matchLabels: { "kubernetes.io/metadata.name": "{namespace}" } };

const webhook = (name: string, to: { namespace: string; name: string }): ReturnType<typeof plain> =>
  plain("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", name, {
    webhooks: [
      {
        name: `${name}.policies.example.com`,
        clientConfig: { service: { ...to, path: "/validate", port: 443 } },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
        namespaceSelector: selector,
        failurePolicy: "Fail",
        sideEffects: "None",
        admissionReviewVersions: ["v1"],
        timeoutSeconds: 5,
      },
    ],
  });

export const admission: readonly Scenario[] = [
  {
    name: "admission/quota-cpu",
    title: "A second workload finds the CPU quota used up by the first",
    split: "tuned",
    objects: [quota("compute", { "requests.cpu": "300m" }), deployment("orders", pod([asks({ cpu: "200m" })]))],
    first: ready(1, "orders"),
    change: [{ apply: [deployment("reports", pod([asks({ cpu: "150m" })]), { replicas: 2 })] }],
    until: refused,
    expect: failing("quota-cpu-exceeded", "ResourceQuota/compute", { suffers: ["Deployment/reports"] }),
  },
  {
    name: "admission/quota-memory-statefulset",
    title: "A StatefulSet cannot have its second pod for want of memory quota",
    split: "held-out",
    objects: [
      quota("team-limits", { "requests.memory": "200Mi" }),
      service("ledger", 80),
      statefulSet("ledger", pod([asks({ memory: "120Mi" })]), { replicas: 3 }),
    ],
    until: event("FailedCreate", "exceeded quota"),
    expect: failing("quota-memory-exceeded", "ResourceQuota/team-limits", { suffers: ["StatefulSet/ledger"] }),
  },
  {
    name: "admission/quota-pods",
    title: "The namespace may have two pods, the Deployment wants four",
    split: "tuned",
    objects: [quota("pods", { pods: "2" }), deployment("mailer", pod([idles()]), { replicas: 4 })],
    until: refused,
    expect: failing("quota-pods-exceeded", "ResourceQuota/pods", { suffers: ["Deployment/mailer"] }),
  },
  {
    name: "admission/quota-storage-claim-template",
    title: "A StatefulSet's claim template asks for more storage than the quota has left",
    split: "held-out",
    objects: [
      quota("storage", { "requests.storage": "5Gi" }),
      service("archive", 80),
      statefulSet("archive", pod([idles()]), {
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
          },
        ],
      }),
    ],
    until: event("FailedCreate", "exceeded quota"),
    expect: failing("quota-storage-exceeded", "ResourceQuota/storage", { suffers: ["StatefulSet/archive"] }),
  },
  {
    name: "admission/quota-job",
    title: "A Job's pod does not fit into the CPU quota",
    split: "held-out",
    objects: [quota("batch", { "limits.cpu": "500m" }), job("import", pod([asks({ cpu: "100m" }, { cpu: "1" })]))],
    until: event("FailedCreate", "exceeded quota"),
    expect: failing("quota-cpu-exceeded", "ResourceQuota/batch", { suffers: ["Job/import"] }),
  },
  {
    name: "admission/quota-requires-limits",
    title: "A quota over limits rejects a pod that sets none",
    split: "tuned",
    objects: [
      quota("limits", { "limits.cpu": "4", "limits.memory": "8Gi" }),
      deployment("gateway", pod([idles({ resources: {} })])),
    ],
    until: refused,
    expect: failing("quota-requires-limits", ["Deployment/gateway", "ResourceQuota/limits"]),
  },
  {
    name: "admission/limit-range-maximum",
    title: "A container's memory limit is above the LimitRange's maximum",
    split: "tuned",
    objects: [
      plain("v1", "LimitRange", "bounds", { spec: { limits: [{ type: "Container", max: { memory: "128Mi" } }] } }),
      deployment("search", pod([asks({ memory: "64Mi" }, { memory: "512Mi" })])),
    ],
    until: refused,
    expect: failing("limitrange-violated", ["Deployment/search", "LimitRange/bounds"]),
  },
  {
    name: "admission/limit-range-minimum",
    title: "A container asks for less CPU than the LimitRange's minimum",
    split: "held-out",
    objects: [
      plain("v1", "LimitRange", "floor", { spec: { limits: [{ type: "Container", min: { cpu: "50m" } }] } }),
      deployment("notify", pod([asks({ cpu: "1m" }, { cpu: "100m" })])),
    ],
    until: refused,
    expect: failing("limitrange-violated", ["Deployment/notify", "LimitRange/floor"]),
  },
  {
    name: "admission/pod-security-restricted",
    title: "The namespace enforces the restricted level, the pod sets no security context",
    split: "tuned",
    namespaceLabels: { "pod-security.kubernetes.io/enforce": "restricted" },
    objects: [deployment("portal", pod([idles()]))],
    until: refused,
    expect: failing("pod-security-violation", "Deployment/portal"),
  },
  {
    name: "admission/pod-security-daemonset",
    title: "The namespace enforces the baseline level, a DaemonSet wants the host's network",
    split: "held-out",
    namespaceLabels: { "pod-security.kubernetes.io/enforce": "baseline" },
    objects: [daemonSet("collector", pod([idles()], { hostNetwork: true }))],
    until: event("FailedCreate", "violates PodSecurity"),
    expect: failing("pod-security-violation", "DaemonSet/collector"),
  },
  {
    name: "admission/service-account-missing",
    title: "The pod's ServiceAccount does not exist",
    split: "tuned",
    objects: [deployment("billing", pod([idles()], { serviceAccountName: "billing-writer" }))],
    until: refused,
    expect: failing("serviceaccount-not-found", ["Deployment/billing", "ServiceAccount/billing-writer"]),
  },
  {
    name: "admission/service-account-misspelt",
    title: "A CronJob names an account with a letter too few; the right one exists",
    split: "held-out",
    objects: [
      plain("v1", "ServiceAccount", "exporter"),
      job("export", pod([idles()], { serviceAccountName: "exportr" })),
    ],
    until: event("FailedCreate", "not found"),
    expect: failing("serviceaccount-not-found", ["Job/export", "ServiceAccount/exportr"]),
  },
  {
    name: "admission/priority-class-missing",
    title: "The pod's PriorityClass does not exist",
    split: "tuned",
    objects: [deployment("pricing", pod([idles()], { priorityClassName: "business-critical" }))],
    until: refused,
    expect: failing("priorityclass-not-found", ["Deployment/pricing", "PriorityClass/business-critical"]),
  },
  {
    name: "admission/runtime-class-missing",
    title: "The pod's RuntimeClass does not exist",
    split: "held-out",
    objects: [deployment("sandboxed", pod([idles()], { runtimeClassName: "gvisor" }))],
    until: refused,
    expect: failing("runtimeclass-not-found", ["Deployment/sandboxed", "RuntimeClass/gvisor"]),
  },
  {
    name: "admission/policy-denied",
    title: "A ValidatingAdmissionPolicy wants a label that the pod lacks",
    split: "tuned",
    cluster: [
      plain("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "pods-name-their-team", {
        spec: {
          failurePolicy: "Fail",
          matchConstraints: {
            resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
          },
          validations: [{ expression: "has(object.metadata.labels.team)", message: "every pod needs the label team" }],
        },
      }),
      plain("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "pods-name-their-team", {
        spec: {
          policyName: "pods-name-their-team",
          validationActions: ["Deny"],
          matchResources: { namespaceSelector: selector },
        },
      }),
    ],
    objects: [],
    // A policy takes effect a moment after it was made.
    first: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return true;
    },
    change: [{ apply: [deployment("loyalty", pod([idles()]))] }],
    until: refused,
    expect: failing("admission-webhook-denied", [
      "Deployment/loyalty",
      "ValidatingAdmissionPolicy/pods-name-their-team",
    ]),
  },
  {
    name: "admission/webhook-without-endpoints",
    title: "The webhook that must allow every pod has nobody behind its Service",
    split: "tuned",
    objects: [service("policy-server", 443), deployment("policy-server", pod([serves()]), { replicas: 0 })],
    cluster: [webhook("require-labels", { namespace: "{namespace}", name: "policy-server" })],
    first: async (seen) => (await seen.list("v1", "Service")).length > 0,
    change: [{ apply: [deployment("cart", pod([idles()]))] }],
    until: refused,
    expect: failing(
      ["admission-webhook-down", "scaled-to-zero"],
      ["Service/policy-server", "Deployment/policy-server", "ValidatingWebhookConfiguration/require-labels"],
      { suffers: ["Deployment/cart"] },
    ),
  },
  {
    name: "admission/webhook-path-missing",
    title: "The webhook's backend answers that there is no such page",
    split: "held-out",
    objects: [],
    cluster: [webhook("image-policy", { namespace: "default", name: "kubernetes" })],
    first: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return true;
    },
    change: [{ apply: [named(deployment("catalog", pod([idles()])), {})] }],
    until: refused,
    expect: failing(
      "admission-webhook-down",
      ["Deployment/catalog", "Service/kubernetes", "ValidatingWebhookConfiguration/image-policy"],
      { suffers: ["Deployment/catalog"] },
    ),
  },
];
