import { all, crashed, event, phase, ready, restarted, settled, status, unschedulable, waiting } from "../checks.js";
import { healthy } from "../expect.js";
import {
  claim,
  claimVolume,
  configMap,
  cronJob,
  daemonSet,
  deployment,
  idles,
  job,
  mounted,
  plain,
  pod,
  prints,
  quota,
  runs,
  serves,
  service,
  statefulSet,
  web,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const muchLater = { because: "a test cannot wait for hours: the clock was moved", laterSeconds: 3 * 3_600 };
/** Crashes on its first runs, told by a file that outlives a container, and is well then. */
const crashesFirst = (times: number, lines: readonly string[], then = "") =>
  serves(
    { volumeMounts: [{ name: "runs", mountPath: "/runs" }] },
    {
      before: `const fs = require("node:fs");
const turn = fs.readdirSync("/runs").length;
if (turn < ${times}) { fs.writeFileSync("/runs/" + turn, ""); for (const line of ${JSON.stringify(lines)}) console.error(line); process.exit(1); }
${then}`,
    },
  );
const runsVolume = { volumes: [{ name: "runs", emptyDir: {} }] };
const readiness = { readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 3 } };
const bare = (name: string, spec: object) => plain("v1", "Pod", name, { spec });
const jobHas = (text: string) => async (seen: { list(v: string, k: string): Promise<readonly object[]> }) =>
  JSON.stringify(await seen.list("batch/v1", "Job")).includes(text);

type Well = Omit<Scenario, "expect" | "name"> & { name: string };
const well = (scenario: Well): Scenario => ({ ...scenario, name: `healthy/${scenario.name}`, expect: healthy });

export const healthyScenarios: readonly Scenario[] = [
  well({
    name: "plain",
    title: "A web application, its Service and its ConfigMap",
    split: "tuned",
    objects: [
      configMap("shop", { theme: "dark" }),
      service("shop", 8080),
      deployment("shop", pod([serves({ ...readiness, envFrom: [{ configMapRef: { name: "shop" } }] })]), {
        replicas: 2,
      }),
    ],
    until: ready(2),
  }),
  well({
    name: "restarted-hours-ago",
    title: "A program crashed three times for want of its database, three hours ago",
    split: "tuned",
    objects: [
      service("api", 8080),
      deployment(
        "api",
        pod([crashesFirst(3, ["connect ECONNREFUSED 10.20.1.7:5432", "fatal: no database"])], runsVolume),
      ),
    ],
    until: all(restarted(3), ready(1)),
    altered: muchLater,
  }),
  well({
    name: "restarted-a-moment-ago",
    title: "A program crashed once and is ready again",
    split: "held-out",
    objects: [deployment("worker", pod([crashesFirst(1, ["panic: leader election lost"])], runsVolume))],
    until: all(restarted(1), ready(1)),
  }),
  well({
    name: "rollout-in-progress",
    title: "A rollout began a few seconds ago; its pods are starting",
    split: "tuned",
    objects: [service("web", 8080), deployment("web", pod([serves(readiness)]), { replicas: 3 })],
    first: ready(3),
    change: [{ apply: [deployment("web", pod([serves(readiness, { startAfterSeconds: 25 })]), { replicas: 3 })] }],
    until: async (seen) => (await seen.list("v1", "Pod")).length > 3,
    seconds: 1,
  }),
  well({
    name: "first-start",
    title: "A Deployment was made a moment ago, its pod is not ready yet",
    split: "held-out",
    objects: [service("fresh", 8080), deployment("fresh", pod([serves(readiness, { startAfterSeconds: 40 })]))],
    until: phase("Running"),
    seconds: 8,
  }),
  well({
    name: "job-after-failed-tries",
    title: "A Job succeeded at its third try; the failed pods are still there",
    split: "tuned",
    objects: [
      claim("progress", "1Gi"),
      job(
        "import",
        pod(
          [
            runs(
              `const fs = require("node:fs"); const turn = fs.readdirSync("/runs").length; fs.writeFileSync("/runs/" + turn, ""); if (turn < 2) { console.error("Error: connect ECONNREFUSED 10.20.1.7:5432"); process.exit(1); } console.log("imported");`,
              { volumeMounts: [{ name: "data", mountPath: "/runs" }] },
            ),
          ],
          claimVolume("progress"),
        ),
        { backoffLimit: 6 },
      ),
    ],
    until: jobHas('"type":"Complete"'),
  }),
  well({
    name: "job-running",
    title: "A Job is at work, long before its deadline",
    split: "held-out",
    objects: [job("transcode", pod([idles()]), { activeDeadlineSeconds: 86_400 })],
    until: phase("Running"),
  }),
  well({
    name: "job-suspended",
    title: "A Job was made suspended: a queue will let it go",
    split: "held-out",
    objects: [job("queued", pod([idles()]), { suspend: true })],
    until: settled,
  }),
  well({
    name: "cron-job-suspended",
    title: "A CronJob is suspended on purpose",
    split: "tuned",
    objects: [cronJob("cleanup", pod([prints(["cleaned"], 0)]), { suspend: true })],
    until: settled,
    seconds: 5,
    altered: muchLater,
  }),
  well({
    name: "cron-job-that-failed-once",
    title: "The run before last of a CronJob failed, the last one succeeded",
    split: "held-out",
    objects: [
      claim("turns", "1Gi"),
      cronJob(
        "report",
        pod(
          [
            runs(
              `const fs = require("node:fs"); const turn = fs.readdirSync("/runs").length; fs.writeFileSync("/runs/" + turn, ""); if (turn < 1) { console.error("ERROR timeout while reading"); process.exit(1); } console.log("sent");`,
              { volumeMounts: [{ name: "data", mountPath: "/runs" }] },
            ),
          ],
          claimVolume("turns"),
        ),
        { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1 },
        { backoffLimit: 0 },
      ),
    ],
    until: all(jobHas('"type":"Complete"'), jobHas("BackoffLimitExceeded")),
  }),
  well({
    name: "cron-job-never-due",
    title: "A CronJob that runs once a year has never run",
    split: "held-out",
    objects: [cronJob("tax-year", pod([prints(["closed"], 0)]), { schedule: "0 0 1 1 *" })],
    until: settled,
    seconds: 5,
    altered: muchLater,
  }),
  well({
    name: "scaled-to-zero",
    title: "A Deployment is at zero on purpose; its Service has no endpoints, and nobody asks it",
    split: "tuned",
    objects: [
      service("seasonal", 8080),
      deployment("seasonal", pod([serves()]), { replicas: 0 }),
      deployment("main", pod([serves()])),
    ],
    until: ready(1),
  }),
  well({
    name: "scaled-to-zero-beside-its-ingress",
    title: "A StatefulSet at zero, with claims that stay",
    split: "held-out",
    objects: [
      service("lab", 8080),
      statefulSet("lab", pod([idles(mounted("/data"))]), {
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
          },
        ],
      }),
    ],
    first: ready(1),
    change: [{ kubectl: ["scale", "statefulset/lab", "--replicas=0"] }],
    until: async (seen) => (await seen.list("v1", "Pod")).length === 0,
  }),
  well({
    name: "claim-waits-for-its-first-pod",
    title: "A claim of a class that binds with the first pod has no pod yet",
    split: "tuned",
    objects: [claim("later", "1Gi"), deployment("app", pod([serves()]))],
    until: all(ready(1), status("v1", "PersistentVolumeClaim", "phase", "Pending")),
  }),
  well({
    name: "terminating",
    title: "A Deployment was scaled down, its pods take their time to go",
    split: "tuned",
    objects: [
      deployment(
        "slow",
        {
          ...pod([
            runs(`process.on("SIGTERM", () => setTimeout(() => process.exit(0), 60000)); setInterval(() => {}, 1000);`),
          ]),
          terminationGracePeriodSeconds: 90,
        },
        { replicas: 3 },
      ),
    ],
    first: ready(3),
    change: [{ kubectl: ["scale", "deployment/slow", "--replicas=1"] }],
    until: async (seen) =>
      (await seen.list("v1", "Pod")).some(({ metadata }) => metadata.deletionTimestamp !== undefined),
    seconds: 20,
  }),
  well({
    name: "image-was-repaired",
    title: "A wrong tag was put right: the warnings of before are still there",
    split: "tuned",
    objects: [deployment("front", pod([idles({ image: "registry.local/shop/checkout:none", command: undefined })]))],
    first: waiting("ImagePullBackOff"),
    change: [{ kubectl: ["set", "image", "deployment/front", `app=${web}`] }],
    until: ready(1),
  }),
  well({
    name: "rolled-back",
    title: "A broken rollout was undone: the pods of the revision before serve",
    split: "held-out",
    objects: [service("store", 8080), deployment("store", pod([serves(readiness)]), { replicas: 2 })],
    first: ready(2),
    change: [
      { kubectl: ["set", "env", "deployment/store", "BROKEN=1"] },
      { kubectl: ["set", "image", "deployment/store", "app=registry.local/shop/checkout:none"] },
      { kubectl: ["rollout", "undo", "deployment/store", "--to-revision=1"] },
    ],
    until: ready(2),
  }),
  well({
    name: "configmap-came-late",
    title: "A pod waited for its ConfigMap, which was made a moment later",
    split: "held-out",
    objects: [deployment("late", pod([serves({ envFrom: [{ configMapRef: { name: "late" } }] })]))],
    first: waiting("CreateContainerConfigError"),
    change: [{ apply: [configMap("late", { a: "1" })] }],
    until: ready(1),
  }),
  well({
    name: "quota-was-raised",
    title: "A quota kept pods out until it was raised",
    split: "tuned",
    objects: [quota("pods", { pods: "1" }), deployment("grow", pod([serves()]), { replicas: 3 })],
    first: event("FailedCreate"),
    change: [{ apply: [quota("pods", { pods: "10" })] }, { kubectl: ["rollout", "restart", "deployment/grow"] }],
    until: ready(3),
  }),
  well({
    name: "quota-at-its-limit",
    title: "A quota is used up to the last pod, and nobody wants another",
    split: "held-out",
    objects: [
      quota("pods", { pods: "2" }),
      deployment("full", pod([serves()]), { replicas: 2, strategy: { type: "Recreate" } }),
    ],
    until: ready(2),
  }),
  well({
    name: "was-unschedulable",
    title: "A pod found no node until its request was made smaller",
    split: "held-out",
    objects: [deployment("big", pod([serves({ resources: { requests: { cpu: "50" } } })]))],
    first: unschedulable,
    change: [{ kubectl: ["set", "resources", "deployment/big", "--requests=cpu=5m"] }],
    until: ready(1),
  }),
  well({
    name: "disruption-budget-at-its-limit",
    title: "A disruption budget allows no disruption; nobody drains anything",
    split: "tuned",
    objects: [
      deployment("single", pod([serves()])),
      plain("policy/v1", "PodDisruptionBudget", "single", {
        spec: { minAvailable: 1, selector: { matchLabels: { app: "single" } } },
      }),
    ],
    until: ready(1),
  }),
  well({
    name: "pod-that-succeeded-after-restarts",
    title: "A pod of its own ended well after two restarts",
    split: "tuned",
    objects: [
      bare("once", {
        ...pod(
          [
            runs(
              `const fs = require("node:fs"); const turn = fs.readdirSync("/runs").length; fs.writeFileSync("/runs/" + turn, ""); process.exit(turn < 2 ? 1 : 0);`,
              { volumeMounts: [{ name: "runs", mountPath: "/runs" }] },
            ),
          ],
          runsVolume,
        ),
        restartPolicy: "OnFailure",
      }),
    ],
    until: phase("Succeeded"),
  }),
  well({
    name: "rollout-paused",
    title: "A rollout is paused, and all pods of the revision before serve",
    split: "tuned",
    objects: [deployment("hold", pod([serves()]), { replicas: 2 })],
    first: ready(2),
    change: [
      { kubectl: ["rollout", "pause", "deployment/hold"] },
      { kubectl: ["set", "env", "deployment/hold", "VERSION=2"] },
    ],
    until: ready(2),
  }),
  well({
    name: "two-applications-one-at-zero",
    title: "One application is at zero, the other does not need it",
    split: "held-out",
    objects: [
      service("old", 8080),
      deployment("old", pod([serves()]), { replicas: 0 }),
      service("new", 8080),
      deployment("new", pod([serves(readiness)]), { replicas: 2 }),
    ],
    until: ready(2),
  }),
  well({
    name: "log-full-of-errors",
    title: "A program that was restarted once logs errors of its users and is well",
    split: "tuned",
    objects: [
      service("tracker", 8080),
      deployment(
        "tracker",
        pod(
          [
            crashesFirst(
              1,
              ["SIGHUP: reloading"],
              `for (let turn = 0; turn < 40; turn += 1) console.error("ERROR request " + turn + " failed: connection refused by upstream, password authentication failed for user, no such host, OOMKilled, permission denied");`,
            ),
          ],
          runsVolume,
        ),
      ),
    ],
    until: all(restarted(1), ready(1)),
  }),
  well({
    name: "log-of-refused-connections",
    title: "A client was refused for a while and is connected now",
    split: "held-out",
    objects: [
      deployment(
        "consumer",
        pod(
          [
            crashesFirst(
              1,
              ["connect ECONNREFUSED 10.96.7.7:5672"],
              `console.error("connect ECONNREFUSED 10.96.7.7:5672"); console.error("connect ECONNREFUSED 10.96.7.7:5672"); console.log("connected, consuming");`,
            ),
          ],
          runsVolume,
        ),
      ),
    ],
    until: all(restarted(1), ready(1)),
  }),
  well({
    name: "probe-failed-while-starting",
    title: "Readiness failed until the program was up; the warnings are still there",
    split: "tuned",
    objects: [service("boot", 8080), deployment("boot", pod([serves(readiness, { startAfterSeconds: 15 })]))],
    until: all(event("Unhealthy"), ready(1)),
  }),
  well({
    name: "liveness-failed-once",
    title: "A program was killed by its liveness probe once and has been well since",
    split: "held-out",
    objects: [
      deployment(
        "hiccup",
        pod(
          [
            serves(
              {
                volumeMounts: [{ name: "runs", mountPath: "/runs" }],
                livenessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 2, failureThreshold: 3 },
              },
              {
                before: `const fs = require("node:fs");
if (fs.readdirSync("/runs").length === 0) { fs.writeFileSync("/runs/seen", ""); const until = Date.now() + 60000; while (Date.now() < until); }`,
              },
            ),
          ],
          runsVolume,
        ),
      ),
    ],
    until: all(restarted(1), ready(1)),
  }),
  well({
    name: "optional-references",
    title: "A ConfigMap and a Secret that do not exist are optional",
    split: "held-out",
    objects: [
      deployment(
        "flexible",
        pod([
          serves({
            envFrom: [{ configMapRef: { name: "overrides", optional: true } }],
            env: [{ name: "LICENCE", valueFrom: { secretKeyRef: { name: "licence", key: "key", optional: true } } }],
          }),
        ]),
      ),
    ],
    until: ready(1),
  }),
  well({
    name: "daemonset-for-no-node",
    title: "A DaemonSet is for nodes with a label that none has",
    split: "held-out",
    objects: [
      daemonSet("gpu-driver", pod([idles()], { nodeSelector: { accelerator: "nvidia" } })),
      daemonSet("log-agent", pod([idles()])),
    ],
    until: ready(1),
  }),
  well({
    name: "services-of-all-kinds",
    title: "A headless Service, one for a name outside, and one whose endpoints are written by hand",
    split: "tuned",
    objects: [
      deployment("kinds", pod([serves()])),
      service("kinds", 8080, { clusterIP: "None" }),
      plain("v1", "Service", "partner", { spec: { type: "ExternalName", externalName: "api.partner.example.com" } }),
      plain("v1", "Service", "legacy-db", { spec: { ports: [{ port: 5432 }] } }),
      {
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: { name: "legacy-db-1", labels: { "kubernetes.io/service-name": "legacy-db" } },
        addressType: "IPv4",
        ports: [{ port: 5432 }],
        endpoints: [{ addresses: ["10.20.1.7"] }],
      },
    ],
    until: ready(1),
  }),
  well({
    name: "evicted-leftovers",
    title: "Pods that were evicted lie around; the workload has all it wants",
    split: "tuned",
    objects: [
      deployment(
        "scratch",
        pod([
          idles({
            command: ["sh", "-c", "sleep 3; dd if=/dev/zero of=/tmp/big bs=1M count=60 2>/dev/null; sleep 3600"],
            resources: { requests: { cpu: "5m" }, limits: { "ephemeral-storage": "30Mi" } },
          }),
        ]),
      ),
    ],
    first: phase("Failed"),
    change: [{ apply: [deployment("scratch", pod([idles()]))] }],
    until: all(phase("Failed"), ready(1)),
  }),
  well({
    name: "policy-that-blocks-nobody",
    title: "A policy denies all ingress to an application that nobody calls",
    split: "held-out",
    objects: [
      deployment("batch-runner", pod([serves()])),
      plain("networking.k8s.io/v1", "NetworkPolicy", "deny-all", {
        spec: { podSelector: {}, policyTypes: ["Ingress"] },
      }),
    ],
    until: ready(1),
  }),
  well({
    name: "native-sidecar",
    title: "A sidecar that is an init container goes on beside the application",
    split: "held-out",
    objects: [
      deployment(
        "meshed",
        pod([serves(readiness)], { initContainers: [idles({ name: "proxy", restartPolicy: "Always" })] }),
      ),
    ],
    until: ready(1),
  }),
  well({
    name: "init-container-restarted",
    title: "An init container needed three tries, the application is well",
    split: "held-out",
    objects: [
      deployment(
        "patient",
        pod([serves()], {
          ...runsVolume,
          initContainers: [
            runs(
              `const fs = require("node:fs"); const turn = fs.readdirSync("/runs").length; fs.writeFileSync("/runs/" + turn, ""); if (turn < 2) { console.error("waiting for the database: connection refused"); process.exit(1); }`,
              { name: "wait", volumeMounts: [{ name: "runs", mountPath: "/runs" }] },
            ),
          ],
        }),
      ),
    ],
    until: ready(1),
  }),
  well({
    name: "old-revisions",
    title: "Two broken revisions of a Deployment are history, the third serves",
    split: "tuned",
    objects: [deployment("history", pod([idles({ command: ["none"] })]))],
    first: crashed(1),
    change: [
      { apply: [deployment("history", pod([prints(["fatal: no configuration"], 1)]))] },
      { apply: [deployment("history", pod([serves(readiness)]))] },
    ],
    until: ready(1),
  }),
  well({
    name: "replica-missing-for-a-moment",
    title: "One of three pods was deleted a moment ago, its successor is starting",
    split: "held-out",
    objects: [
      service("trio", 8080),
      deployment("trio", pod([serves(readiness, { startAfterSeconds: 5 })]), { replicas: 3 }),
    ],
    first: ready(3),
    change: [
      {
        kubectl: [
          "delete",
          "pod",
          "--selector=app=trio",
          "--field-selector=status.phase=Running",
          "--wait=false",
          "--grace-period=1",
        ],
      },
    ],
    until: settled,
    seconds: 1,
  }),
  well({
    name: "only-configuration",
    title: "A namespace with ConfigMaps and no workload",
    split: "held-out",
    objects: [configMap("one", { a: "b" }), configMap("two", {})],
    until: settled,
    seconds: 5,
  }),
  well({
    name: "resolved-alert",
    title: "All is well, and the alert of before is resolved",
    split: "held-out",
    objects: [deployment("calm", pod([serves()]), { replicas: 2 })],
    until: ready(2),
    altered: {
      because: "no alerting runs beside the test cluster: the alert was added",
      alerts: [{ name: "KubePodCrashLooping", state: "resolved", labels: { namespace: "{namespace}", pod: "calm" } }],
    },
  }),
  well({
    name: "leftover-service",
    title: "A Service of an application that was taken away selects nothing, and nobody asks it",
    split: "held-out",
    objects: [service("gone", 8080), service("here", 8080), deployment("here", pod([serves()]))],
    until: ready(1),
  }),
  well({
    name: "statefulset-one-after-the-other",
    title: "A StatefulSet starts its pods one after the other, the second has just begun",
    split: "tuned",
    objects: [
      service("ring", 8080),
      statefulSet("ring", pod([serves(readiness, { startAfterSeconds: 12 })]), { replicas: 3 }),
    ],
    until: async (seen) => (await seen.list("v1", "Pod")).length >= 2,
    seconds: 1,
  }),
  well({
    name: "daemonset-rollout",
    title: "A DaemonSet replaces its pod, the new one is starting",
    split: "held-out",
    objects: [daemonSet("tail", pod([serves(readiness)]))],
    first: ready(1),
    change: [{ apply: [daemonSet("tail", pod([serves(readiness, { startAfterSeconds: 20 })]))] }],
    until: async (seen) =>
      JSON.stringify(await seen.list("apps/v1", "DaemonSet")).includes('"updatedNumberScheduled":1'),
    seconds: 1,
  }),
  well({
    name: "webhook-that-may-fail",
    title: "An admission webhook has no backend, and is set to be ignored then",
    split: "held-out",
    cluster: [
      plain("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "advice-{namespace}", {
        webhooks: [
          {
            name: "advice.policies.example.com",
            clientConfig: { service: { namespace: "{namespace}", name: "advice", path: "/validate" } },
            rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "{namespace}" } },
            failurePolicy: "Ignore",
            sideEffects: "None",
            admissionReviewVersions: ["v1"],
          },
        ],
      }),
    ],
    objects: [deployment("free", pod([serves()]))],
    until: ready(1),
  }),
  well({
    name: "killed-for-memory-once",
    title: "A container reached its memory limit once while it began and has been ready for an hour",
    split: "tuned",
    objects: [
      deployment(
        "warm",
        pod(
          [
            serves(
              {
                volumeMounts: [{ name: "runs", mountPath: "/runs" }],
                resources: { requests: { cpu: "5m" }, limits: { memory: "96Mi" } },
              },
              {
                before: `const fs = require("node:fs");
if (fs.readdirSync("/runs").length === 0) { fs.writeFileSync("/runs/seen", ""); const kept = []; for (;;) kept.push(Buffer.alloc(1 << 20, 1)); }`,
              },
            ),
          ],
          runsVolume,
        ),
      ),
    ],
    until: all(restarted(1), ready(1)),
    altered: { because: "a test cannot wait for an hour: the clock was moved", laterSeconds: 3_600 },
  }),
  well({
    name: "ready-and-telling-of-its-users-errors",
    title: "A program that never restarted logs what its users do wrong",
    split: "held-out",
    objects: [
      service("accounts", 8080),
      deployment(
        "accounts",
        pod([
          serves(readiness, {
            before: `let turn = 0; setInterval(() => { turn += 1; console.log("GET /orders/" + turn + " 200 12ms"); if (turn % 5 === 0) console.error("ERROR login of user " + turn + " failed: invalid password"); if (turn % 7 === 0) console.error("WARN card of user " + turn + ": permission denied by issuer"); }, 500);`,
          }),
        ]),
      ),
    ],
    until: ready(1),
  }),
  well({
    name: "refused-while-starting-then-connected",
    title: "A program that never restarted was refused by its database at first, and has been connected since",
    split: "held-out",
    objects: [
      service("rooms-db", 8080),
      deployment("rooms-db", pod([serves(readiness, { startAfterSeconds: 12 })])),
      deployment(
        "rooms",
        pod([
          serves(
            {},
            {
              before: `const ask = () => require("node:net").connect(8080, "rooms-db").on("error", (error) => { console.error("ERROR rooms-db:8080 " + error.message); setTimeout(ask, 1000); }).on("connect", () => { console.log("connected to rooms-db:8080"); setInterval(() => console.log("synchronised 12 rooms"), 1000); }); ask();`,
            },
          ),
        ]),
      ),
    ],
    until: all(ready(1, "rooms-db"), ready(1, "rooms")),
    seconds: 120,
  }),
  well({
    name: "one-refusal-among-many-lines",
    title: "A program that is well lost one connection and opened it again",
    split: "tuned",
    objects: [
      deployment(
        "relay",
        pod([
          serves(
            {},
            {
              before: `let turn = 0; setInterval(() => { turn += 1; console.log("delivered message " + turn); if (turn === 60) console.error("WARN connection to 10.20.1.9:5672 lost: connect ECONNREFUSED, opening it again"); if (turn === 61) console.log("connection open"); }, 500);`,
            },
          ),
        ]),
      ),
    ],
    until: ready(1),
  }),
];
