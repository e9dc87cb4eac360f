import { all, crashed, event, ready, restarted, unschedulable, waiting } from "../checks.js";
import { failing, healthy, likely, warning } from "../expect.js";
import {
  configMap,
  cronJob,
  deployment,
  idles,
  pod,
  prints,
  quota,
  runs,
  serves,
  service,
  statefulSet,
} from "../manifests.js";
import type { Scenario } from "../scenario.js";

const connects = (to: string, port: number) =>
  runs(
    `require("node:net").connect(${port}, "${to}").on("error", (error) => { console.error("connecting to ${to}:${port}: " + error.message); process.exit(1); }).on("connect", () => { console.log("connected"); setInterval(() => {}, 1000); });`,
  );
const noTag = "registry.local/shop/checkout:7.7.7";
const manyCrash = (count: number) => async (seen: Parameters<ReturnType<typeof crashed>>[0]) => {
  const pods = await seen.list("v1", "Pod");
  return pods.filter((entry) => /"restartCount":[2-9]/.test(JSON.stringify(entry["status"]))).length >= count;
};

/** Runs for a while before it fails, so that it is up more often than not. */
const failsAfter = (seconds: number, line: string) =>
  serves(
    {},
    { before: `setTimeout(() => { console.error(${JSON.stringify(line)}); process.exit(1); }, ${seconds * 1_000});` },
  );
const upAgain = async (seen: Parameters<ReturnType<typeof crashed>>[0]) =>
  (await seen.list("v1", "Pod")).some((entry) => {
    const text = JSON.stringify(entry["status"]);
    return /"restartCount":[3-9]/.test(text) && text.includes('"state":{"running"');
  });

/** Stays up and says the same again and again. */
const repeats = (line: string) =>
  serves(
    {},
    { before: `setInterval(() => console.error(new Date().toISOString() + " " + ${JSON.stringify(line)}), 1000);` },
  );

/** Several things at once: one cause behind another, or one beside another that was not asked about. */
export const mixed: readonly Scenario[] = [
  {
    name: "mixed/chain-of-three",
    title: "The page needs the API, the API the database, and the database finds no node",
    split: "tuned",
    objects: [
      service("db", 5432),
      statefulSet("db", pod([idles()], { nodeSelector: { storage: "local-nvme" } })),
      service("api", 8080),
      deployment("api", pod([connects("db", 5432)])),
      deployment("page", pod([connects("api", 8080)])),
    ],
    until: all(unschedulable, manyCrash(2)),
    expect: failing("node-selector-mismatch", "StatefulSet/db", { suffers: ["Deployment/api", "Deployment/page"] }),
  },
  {
    name: "mixed/readiness-takes-clients-down",
    title: "A rollout broke the readiness path of the API, and its client crashes for it",
    split: "held-out",
    objects: [
      service("api", 8080),
      deployment(
        "api",
        pod([serves({ readinessProbe: { httpGet: { path: "/v2/ready", port: 8080 }, periodSeconds: 3 } })]),
      ),
      deployment("client", pod([connects("api", 8080)])),
    ],
    until: all(event("Unhealthy"), crashed()),
    seconds: 150,
    expect: failing("readiness-wrong-path", "Deployment/api", { suffers: ["Deployment/client"] }),
  },
  {
    name: "mixed/missing-secret-takes-clients-down",
    title: "The cache waits for a Secret that does not exist, two clients crash for want of the cache",
    split: "held-out",
    objects: [
      service("cache", 6379),
      deployment(
        "cache",
        pod([idles({ env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "cache-token", key: "value" } } }] })]),
      ),
      deployment("front", pod([connects("cache", 6379)])),
      deployment("back", pod([connects("cache", 6379)])),
    ],
    until: all(waiting("CreateContainerConfigError"), manyCrash(2)),
    expect: failing("secret-not-found", ["Deployment/cache", "Secret/cache-token"], {
      suffers: ["Deployment/front", "Deployment/back"],
    }),
  },
  {
    name: "mixed/quota-takes-clients-down",
    title: "The quota leaves no room for the queue, and its worker crashes for want of it",
    split: "held-out",
    objects: [
      quota("compute", { "requests.cpu": "100m" }),
      service("queue", 5672),
      deployment("worker", pod([connects("queue", 5672)])),
      deployment("queue", pod([idles({ resources: { requests: { cpu: "500m" } } })])),
    ],
    until: all(event("FailedCreate"), crashed()),
    expect: failing("quota-cpu-exceeded", "ResourceQuota/compute", {
      suffers: ["Deployment/queue", "Deployment/worker"],
    }),
  },
  {
    name: "mixed/two-independent-failures",
    title: "One application's image does not exist, another lacks a ConfigMap",
    split: "tuned",
    objects: [
      deployment("one", pod([idles({ image: noTag, command: undefined })])),
      deployment("two", pod([idles({ envFrom: [{ configMapRef: { name: "two-settings" } }] })])),
    ],
    until: all(waiting("ErrImagePull", "ImagePullBackOff"), waiting("CreateContainerConfigError")),
    expect: {
      status: "failing",
      causes: [
        { causeId: "image-not-found", object: "Deployment/one" },
        { causeId: "configmap-not-found", object: "Deployment/two" },
        { causeId: "configmap-not-found", object: "ConfigMap/two-settings" },
      ],
      confirmed: true,
    },
  },
  {
    name: "mixed/asked-about-one-of-two",
    title: "Two applications fail, one of them was asked about",
    split: "held-out",
    objects: [
      deployment("asked", pod([prints(["FATAL: REGION_NAME is not set"], 1)])),
      deployment("other", pod([idles({ image: noTag, command: undefined })])),
    ],
    until: all(waiting("ErrImagePull", "ImagePullBackOff"), crashed()),
    object: "Deployment/asked",
    expect: likely("required-setting-missing", "Deployment/asked", { never: ["image-not-found"] }),
  },
  {
    name: "mixed/asked-about-the-well-one",
    title: "An application that is well was asked about; another one beside it fails",
    split: "held-out",
    objects: [
      service("well", 8080),
      deployment("well", pod([serves()])),
      deployment("ill", pod([prints(["panic: no disk"], 2)])),
    ],
    until: all(ready(1, "well"), crashed()),
    object: "Deployment/well",
    expect: healthy,
  },
  {
    name: "mixed/asked-about-the-service",
    title: "A Service was asked about, whose pods crash",
    split: "tuned",
    objects: [
      service("geo", 8080),
      deployment(
        "geo",
        pod([prints(["KeyError: 'MAPS_KEY_FILE'", "missing required environment variable MAPS_KEY_FILE"], 1)]),
      ),
    ],
    until: crashed(),
    object: "Service/geo",
    expect: likely("required-setting-missing", "Deployment/geo", { suffers: ["Service/geo"] }),
  },
  {
    name: "mixed/asked-about-a-client",
    title: "A client was asked about; what it needs is scaled to zero",
    split: "held-out",
    objects: [
      service("store", 8080),
      deployment("store", pod([serves()]), { replicas: 0 }),
      deployment("reader", pod([connects("store", 8080)])),
    ],
    until: crashed(),
    object: "Deployment/reader",
    expect: failing("scaled-to-zero", "Deployment/store", { suffers: ["Deployment/reader"] }),
  },
  {
    name: "mixed/one-pod-of-three",
    title: "One of three pods crashes on its own data, the others serve",
    split: "tuned",
    objects: [
      service("shard", 8080, { clusterIP: "None" }),
      statefulSet(
        "shard",
        pod([
          serves(
            { env: [{ name: "SHARD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }] },
            {
              before: `if (process.env.SHARD === "shard-1") { console.error("FATAL: checksum mismatch in segment 17, refusing to start"); process.exit(1); }`,
            },
          ),
        ]),
        { replicas: 3, podManagementPolicy: "Parallel" },
      ),
    ],
    until: all(ready(2), crashed()),
    expect: likely(["application-error", "container-crash"], "StatefulSet/shard"),
  },
  {
    name: "mixed/old-failure-and-new-one",
    title: "An image error was repaired, since then the program lacks a variable",
    split: "held-out",
    objects: [deployment("ship", pod([idles({ image: noTag, command: undefined })]))],
    first: waiting("ImagePullBackOff"),
    change: [
      { apply: [deployment("ship", pod([prints(["Error: Missing required environment variable: CARRIER_URL"], 1)]))] },
    ],
    until: crashed(),
    expect: likely("required-setting-missing", "Deployment/ship", { never: ["image-not-found"] }),
  },
  {
    name: "mixed/liveness-kills-what-waits-for-its-database",
    title: "The program waits for a Service that does not exist and is killed by its liveness probe meanwhile",
    split: "held-out",
    objects: [
      deployment(
        "saga",
        pod([
          runs(
            `const dns = require("node:dns"); const ask = () => dns.lookup("saga-db", (error) => { console.error("waiting for the database: " + (error ? error.message : "found")); setTimeout(ask, 1000); }); ask(); process.on("SIGTERM", () => process.exit(143));`,
            {
              ports: [{ containerPort: 8080 }],
              livenessProbe: { httpGet: { path: "/healthz", port: 8080 }, periodSeconds: 3, initialDelaySeconds: 10 },
            },
          ),
        ]),
      ),
    ],
    until: restarted(2),
    expect: likely(["host-not-resolved", "liveness-app-unhealthy", "liveness-too-early"], "Deployment/saga", {
      never: ["liveness-wrong-path"],
    }),
  },
  {
    name: "mixed/cron-job-beside-a-broken-one",
    title: "Of two CronJobs one fails at every run for want of a right, the other is well",
    split: "held-out",
    objects: [
      cronJob("good", pod([prints(["done"], 0)])),
      cronJob(
        "bad",
        pod([
          prints(
            [
              'Error from server (Forbidden): deployments.apps is forbidden: User "system:serviceaccount:{namespace}:default" cannot list resource "deployments" in API group "apps" in the namespace "{namespace}"',
            ],
            1,
          ),
        ]),
        {},
        { backoffLimit: 0 },
      ),
    ],
    until: async (seen) => JSON.stringify(await seen.list("batch/v1", "Job")).includes("BackoffLimitExceeded"),
    seconds: 130,
    expect: likely("rbac-forbidden", ["CronJob/bad", "ServiceAccount/default"], { suffers: ["CronJob/bad"] }),
  },
  {
    name: "mixed/healthy-with-many-warnings",
    title: "Three applications had three kinds of trouble while they began, and are well",
    split: "held-out",
    objects: [
      deployment("first", pod([idles({ image: noTag, command: undefined })])),
      deployment("second", pod([serves({ envFrom: [{ configMapRef: { name: "second" } }] })])),
      deployment(
        "third",
        pod([
          serves(
            { readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 2 } },
            { startAfterSeconds: 20 },
          ),
        ]),
      ),
    ],
    first: all(waiting("ImagePullBackOff"), waiting("CreateContainerConfigError")),
    change: [{ apply: [configMap("second", { a: "1" }), deployment("first", pod([serves()]))] }],
    until: all(ready(1, "first"), ready(1, "second"), ready(1, "third")),
    expect: healthy,
  },
  {
    name: "mixed/between-two-crashes",
    title: "A program that fails twenty seconds after every start happens to be up",
    split: "tuned",
    objects: [
      service("poll", 8080),
      deployment("poll", pod([failsAfter(20, "Error: connect ECONNREFUSED 10.20.1.7:5672")])),
    ],
    until: upAgain,
    expect: likely("dependency-unreachable", "Deployment/poll", { suffers: ["Service/poll"] }),
  },
  {
    name: "mixed/between-two-memory-kills",
    title: "A program that reaches its memory limit again and again happens to be up",
    split: "held-out",
    objects: [
      deployment(
        "grow",
        pod([
          runs(
            `const kept = []; setInterval(() => kept.push(Buffer.alloc(1 << 20, 1)), 250); console.log("serving");`,
            { resources: { requests: { cpu: "5m" }, limits: { memory: "100Mi" } } },
          ),
        ]),
      ),
    ],
    until: upAgain,
    expect: failing("container-oom-killed", "Deployment/grow"),
  },
  {
    name: "mixed/dns-of-one-pod",
    title: "A pod asks a name server of its own, which does not answer; the Service that it needs is there",
    split: "held-out",
    objects: [
      service("stock", 8080),
      deployment("stock", pod([serves()])),
      deployment(
        "planner",
        pod([connects("stock", 8080)], {
          dnsPolicy: "None",
          dnsConfig: { nameservers: ["10.88.0.251"], searches: ["{namespace}.svc.cluster.local"] },
        }),
      ),
    ],
    until: crashed(),
    expect: likely("pod-dns-misconfigured", "Deployment/planner", { never: ["service-selector-mismatch"] }),
  },
  {
    name: "mixed/load-balancer-pending",
    title: "A Service waits for a load balancer that nobody provides",
    split: "held-out",
    objects: [service("edge", 8080, { type: "LoadBalancer" }), deployment("edge", pod([serves()]))],
    until: ready(1),
    seconds: 150,
    expect: warning("loadbalancer-no-provider", "Service/edge"),
  },
  {
    name: "mixed/ready-while-its-database-is-at-zero",
    title: "A program stays up and ready while every call to its database, which is scaled to zero, is refused",
    split: "held-out",
    objects: [
      service("loans-db", 8080),
      deployment("loans-db", pod([serves()]), { replicas: 0 }),
      service("loans", 8080),
      deployment(
        "loans",
        pod([
          serves(
            {},
            {
              before: `setInterval(() => require("node:net").connect(8080, "loans-db").on("error", (error) => console.error("ERROR loans-db:8080: " + error.message)), 1000);`,
            },
          ),
        ]),
      ),
    ],
    until: ready(1, "loans"),
    seconds: 120,
    expect: failing("scaled-to-zero", "Deployment/loans-db", { suffers: ["Deployment/loans"] }),
  },
  {
    name: "mixed/ready-while-refused-the-password",
    title: "A program stays up and ready while its database refuses the password each time",
    split: "tuned",
    objects: [
      service("ledger", 8080),
      deployment(
        "ledger",
        pod([
          repeats(
            'ERROR cannot load accounts: connection to server at "accounts-db.prod.example.com", port 5432 failed: FATAL:  password authentication failed for user "ledger"',
          ),
        ]),
      ),
    ],
    until: ready(1),
    seconds: 120,
    expect: warning("dependency-auth-failed", "Deployment/ledger", { confirmed: false }),
  },
  {
    name: "mixed/ready-while-forbidden",
    title: "A controller stays up and ready while it may not list what it should watch",
    split: "held-out",
    objects: [
      deployment(
        "operator",
        pod([
          repeats(
            'Failed to watch *v1.ConfigMap: failed to list *v1.ConfigMap: configmaps is forbidden: User "system:serviceaccount:{namespace}:default" cannot list resource "configmaps" in API group "" in the namespace "{namespace}"',
          ),
        ]),
      ),
    ],
    until: ready(1),
    seconds: 120,
    expect: warning("rbac-forbidden", ["Deployment/operator", "ServiceAccount/default"], { confirmed: false }),
  },
];
