import { all, crashed, event, ready } from "../checks.js";
import { failing, likely, warning } from "../expect.js";
import {
  cronJob,
  deployment,
  idles,
  job,
  plain,
  pod,
  prints,
  runs,
  secret,
  serves,
  service,
  statefulSet,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const connects = (to: string, port: number) =>
  runs(
    `require("node:net").connect(${port}, "${to}").on("error", (error) => { console.error("connecting to ${to}:${port}: " + error.message); process.exit(1); }).on("connect", () => console.log("connected"));`,
  );
const ingressClass = plain("networking.k8s.io/v1", "IngressClass", "edge-{namespace}", {
  spec: { controller: "example.com/ingress" },
});
const ingress = (name: string, to: { name: string; port: number | string }, over = {}) =>
  plain("networking.k8s.io/v1", "Ingress", name, {
    spec: {
      ingressClassName: "edge-{namespace}",
      rules: [
        {
          host: `${name}.example.com`,
          http: {
            paths: [
              {
                path: "/",
                pathType: "Prefix",
                backend: {
                  service: {
                    name: to.name,
                    port: typeof to.port === "number" ? { number: to.port } : { name: to.port },
                  },
                },
              },
            ],
          },
        },
      ],
      ...over,
    },
  });
const hpa = (name: string, target: string, over = {}) =>
  plain("autoscaling/v2", "HorizontalPodAutoscaler", name, {
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: target },
      minReplicas: 1,
      maxReplicas: 4,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
      ...over,
    },
  });
const jobFailed = (reason: string) => async (seen: { list(v: string, k: string): Promise<readonly object[]> }) =>
  JSON.stringify(await seen.list("batch/v1", "Job")).includes(reason);

export const network: readonly Scenario[] = [
  {
    name: "network/selector-with-client",
    title: "A Service selects a label that its pods do not have, and a client crashes",
    split: "tuned",
    objects: [
      service("catalog", 8080, { selector: { app: "catalogue" } }),
      deployment("catalog", pod([serves()])),
      deployment("web", pod([connects("catalog", 8080)])),
    ],
    until: all(ready(1, "catalog"), crashed()),
    expect: failing("service-selector-mismatch", "Service/catalog", { suffers: ["Deployment/web"] }),
  },
  {
    name: "network/selector-after-relabelling",
    title: "The pods were given another label, the Service behind an Ingress was not",
    split: "held-out",
    cluster: [ingressClass],
    objects: [
      service("tickets", 8080, { selector: { app: "tickets", tier: "api" } }),
      deployment("tickets", pod([serves()])),
      ingress("tickets", { name: "tickets", port: 8080 }),
    ],
    until: ready(1, "tickets"),
    expect: failing("service-selector-mismatch", "Service/tickets", { suffers: ["Ingress/tickets"] }),
  },
  {
    name: "network/target-port-with-client",
    title: "A Service forwards to a port on which its pods do not listen, and a client crashes",
    split: "tuned",
    objects: [
      service("media", 80, { ports: [{ port: 80, targetPort: 3000 }] }),
      deployment("media", pod([serves()])),
      deployment("gallery", pod([connects("media", 80)])),
    ],
    until: all(ready(1, "media"), crashed()),
    expect: likely("service-target-port-mismatch", "Service/media", { suffers: ["Deployment/gallery"] }),
  },
  {
    name: "network/target-port-name",
    title: "A Service forwards to a named port that its pods do not have",
    split: "held-out",
    objects: [
      service("reviews", 80, { ports: [{ port: 80, targetPort: "web" }] }),
      deployment("reviews", pod([serves()])),
      deployment("ratings", pod([connects("reviews", 80)])),
    ],
    until: all(ready(1, "reviews"), crashed()),
    expect: likely("service-target-port-mismatch", "Service/reviews", { suffers: ["Deployment/ratings"] }),
  },
  {
    name: "network/ingress-service-missing",
    title: "An Ingress leads to a Service that does not exist",
    split: "tuned",
    cluster: [ingressClass],
    objects: [
      service("shop", 8080),
      deployment("shop", pod([serves()])),
      ingress("shop", { name: "shop-web", port: 8080 }),
    ],
    until: ready(1),
    expect: failing("ingress-service-not-found", "Ingress/shop"),
  },
  {
    name: "network/ingress-port-missing",
    title: "An Ingress leads to a port that its Service does not have",
    split: "held-out",
    cluster: [ingressClass],
    objects: [service("docs", 8080), deployment("docs", pod([serves()])), ingress("docs", { name: "docs", port: 80 })],
    until: ready(1),
    expect: failing("ingress-service-port-not-found", "Ingress/docs"),
  },
  {
    name: "network/ingress-class-missing",
    title: "An Ingress names a class that nobody serves",
    split: "tuned",
    objects: [
      service("intranet", 8080),
      deployment("intranet", pod([serves()])),
      ingress("intranet", { name: "intranet", port: 8080 }, { ingressClassName: "nginx-internal" }),
    ],
    until: ready(1),
    expect: failing("ingress-class-not-found", ["Ingress/intranet", "IngressClass/nginx-internal"]),
  },
  {
    name: "network/ingress-tls-secret-missing",
    title: "The Secret with an Ingress' certificate does not exist",
    split: "held-out",
    cluster: [ingressClass],
    objects: [
      secret("login-oidc", { client: "portal" }),
      service("login", 8080),
      deployment("login", pod([serves()])),
      ingress(
        "login",
        { name: "login", port: 8080 },
        { tls: [{ hosts: ["login.example.com"], secretName: "login-tls" }] },
      ),
    ],
    until: ready(1),
    expect: warning("ingress-tls-secret-not-found", ["Ingress/login", "Secret/login-tls"]),
  },
  {
    name: "network/governing-service-missing",
    title: "A StatefulSet names a Service that does not exist; its pods are well",
    split: "tuned",
    objects: [statefulSet("members", pod([serves()]), { serviceName: "members-headless" })],
    until: ready(1),
    expect: warning("statefulset-service-not-found", ["StatefulSet/members", "Service/members-headless"]),
  },
  {
    name: "network/policy-blocks-ingress",
    title: "The database's policy lets one client in, and it is not this one",
    split: "tuned",
    objects: [
      service("parcels-db", 8080),
      deployment("parcels-db", pod([serves()])),
      deployment(
        "parcels",
        pod([prints(["connect ETIMEDOUT parcels-db:8080", "cannot reach the database parcels-db:8080: timed out"], 1)]),
      ),
      plain("networking.k8s.io/v1", "NetworkPolicy", "parcels-db", {
        spec: {
          podSelector: { matchLabels: { app: "parcels-db" } },
          policyTypes: ["Ingress"],
          ingress: [{ from: [{ podSelector: { matchLabels: { app: "parcel-api" } } }], ports: [{ port: 8080 }] }],
        },
      }),
    ],
    until: all(ready(1, "parcels-db"), crashed()),
    altered: {
      because: "the network of the test cluster enforces no policies: the client prints what a blocked one does",
    },
    expect: likely("networkpolicy-blocks-ingress", "NetworkPolicy/parcels-db", { suffers: ["Deployment/parcels"] }),
  },
  {
    name: "network/policy-blocks-egress",
    title: "The client's policy lets it out to DNS only",
    split: "held-out",
    objects: [
      service("archive", 8080),
      deployment("archive", pod([serves()])),
      deployment("scanner", pod([prints(["dial tcp archive:8080: i/o timeout"], 1)])),
      plain("networking.k8s.io/v1", "NetworkPolicy", "scanner-out", {
        spec: {
          podSelector: { matchLabels: { app: "scanner" } },
          policyTypes: ["Egress"],
          egress: [
            {
              ports: [
                { port: 53, protocol: "UDP" },
                { port: 53, protocol: "TCP" },
              ],
            },
          ],
        },
      }),
    ],
    until: all(ready(1, "archive"), crashed()),
    altered: {
      because: "the network of the test cluster enforces no policies: the client prints what a blocked one does",
    },
    expect: likely("networkpolicy-blocks-egress", "NetworkPolicy/scanner-out", { suffers: ["Deployment/scanner"] }),
  },
  {
    name: "network/policy-blocks-dns",
    title: "A policy that denies all egress keeps a client from DNS",
    split: "held-out",
    objects: [
      service("rates", 8080),
      deployment("rates", pod([serves()])),
      deployment(
        "quotes",
        pod([
          prints(
            [
              "Error: getaddrinfo EAI_AGAIN rates",
              "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26)",
            ],
            1,
          ),
        ]),
      ),
      plain("networking.k8s.io/v1", "NetworkPolicy", "default-deny-egress", {
        spec: {
          podSelector: {},
          policyTypes: ["Egress"],
          egress: [{ to: [{ podSelector: {} }], ports: [{ port: 8080 }] }],
        },
      }),
    ],
    until: all(ready(1, "rates"), crashed()),
    altered: {
      because: "the network of the test cluster enforces no policies: the client prints what a blocked one does",
    },
    expect: likely("networkpolicy-blocks-dns", "NetworkPolicy/default-deny-egress", {
      suffers: ["Deployment/quotes"],
    }),
  },
  {
    name: "autoscaling/no-metrics",
    title: "An autoscaler gets no metrics: the cluster serves none",
    split: "tuned",
    objects: [deployment("thumbs", pod([serves()])), hpa("thumbs", "thumbs")],
    until: event("FailedGetResourceMetric"),
    expect: warning("hpa-metrics-unavailable", "HorizontalPodAutoscaler/thumbs"),
  },
  {
    name: "autoscaling/target-missing",
    title: "An autoscaler's target does not exist",
    split: "held-out",
    objects: [deployment("previews", pod([serves()])), hpa("previews", "preview")],
    until: event("FailedGetScale"),
    expect: warning("hpa-target-not-found", "HorizontalPodAutoscaler/previews"),
  },
  {
    name: "job/deadline",
    title: "A Job ran longer than its deadline allows",
    split: "tuned",
    objects: [job("reindex", pod([idles()]), { activeDeadlineSeconds: 15 })],
    until: jobFailed("DeadlineExceeded"),
    expect: failing("job-deadline-exceeded", "Job/reindex"),
  },
  {
    name: "job/no-reason-given",
    title: "A Job gives up; its program ends with an error and prints nothing",
    split: "held-out",
    objects: [job("rotate", pod([prints([], 3)]), { backoffLimit: 1 })],
    until: jobFailed("BackoffLimitExceeded"),
    expect: failing(["job-backoff-limit-exceeded", "container-crash"], "Job/rotate"),
  },
  {
    name: "job/cron-every-run-fails",
    title: "Every run of a CronJob fails: its database refuses the password",
    split: "held-out",
    objects: [
      cronJob(
        "digest",
        pod([
          prints(
            [
              "mysqldump: Got error: 1045: \"Access denied for user 'backup'@'10.88.0.7' (using password: YES)\" when trying to connect",
            ],
            2,
          ),
        ]),
        {},
        { backoffLimit: 0 },
      ),
    ],
    until: jobFailed("BackoffLimitExceeded"),
    seconds: 150,
    expect: likely("dependency-auth-failed", "CronJob/digest"),
  },
  {
    name: "job/never-ends-for-its-sidecar",
    title: "A Job's work is done, but its sidecar goes on for ever",
    split: "tuned",
    objects: [job("payroll", pod([prints(["paid 31 salaries"], 0, { name: "work" }), idles({ name: "proxy" })]))],
    until: async (seen) => JSON.stringify(await seen.list("v1", "Pod")).includes('"reason":"Completed"'),
    seconds: 120,
    expect: failing("job-blocked-by-sidecar", "Job/payroll"),
  },
  {
    name: "job/suspended-with-alert",
    title: "A CronJob is suspended, and an alert says that it does not run",
    split: "tuned",
    objects: [cronJob("export", pod([prints(["exported"], 0)]), { suspend: true })],
    until: async (seen) => (await seen.list("batch/v1", "CronJob")).length > 0,
    seconds: 5,
    altered: {
      because: "no alerting runs beside the test cluster: the alert was added",
      laterSeconds: 90_000,
      alerts: [{ name: "ExportMissing", state: "firing", labels: { cronjob: "export", severity: "warning" } }],
    },
    expect: warning("cronjob-suspended", "CronJob/export"),
  },
  {
    name: "rollout/paused-with-alert",
    title: "A rollout was paused half way, and an alert names the Deployment",
    split: "held-out",
    objects: [deployment("ledger", pod([serves()]), { replicas: 2 })],
    first: ready(2),
    change: [
      { kubectl: ["rollout", "pause", "deployment/ledger"] },
      { kubectl: ["set", "env", "deployment/ledger", "VERSION=2"] },
    ],
    until: ready(2),
    altered: {
      because: "no alerting runs beside the test cluster: the alert was added",
      alerts: [{ name: "KubeDeploymentRolloutStuck", state: "firing", labels: { deployment: "ledger" } }],
    },
    expect: warning("rollout-paused", "Deployment/ledger"),
  },
  {
    name: "disruption/drain-blocked",
    title: "A drain waits for a disruption budget that allows nothing",
    split: "tuned",
    alone: true,
    objects: [
      deployment("primary", pod([serves()])),
      plain("policy/v1", "PodDisruptionBudget", "primary", {
        spec: { minAvailable: 1, selector: { matchLabels: { app: "primary" } } },
      }),
    ],
    first: ready(1),
    change: [{ kubectl: ["cordon", "kubeclaw-node"] }],
    restore: [["uncordon", "kubeclaw-node"]],
    until: ready(1),
    seconds: 40,
    expect: warning("pdb-blocks-eviction", "PodDisruptionBudget/primary", { confirmed: false }),
  },
  {
    name: "access/finalizer",
    title: "A claim cannot go: a controller that is not there should take its finalizer away",
    split: "tuned",
    objects: [
      deployment("notes", pod([serves()])),
      {
        ...plain("v1", "ConfigMap", "notes-tenant", { data: { plan: "team" } }),
        metadata: { name: "notes-tenant", finalizers: ["tenants.example.com/cleanup"] },
      },
    ],
    first: ready(1),
    change: [{ kubectl: ["delete", "configmap", "notes-tenant", "--wait=false"] }],
    restore: [
      [
        "-n",
        "{namespace}",
        "patch",
        "configmap",
        "notes-tenant",
        "--type=merge",
        '--patch={"metadata":{"finalizers":null}}',
      ],
    ],
    until: ready(1),
    altered: { because: "a test cannot wait until the deletion is old: the clock was moved", laterSeconds: 7_200 },
    expect: warning("finalizer-stuck", "ConfigMap/notes-tenant"),
  },
];
