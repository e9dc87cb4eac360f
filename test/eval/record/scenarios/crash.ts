import { all, crashed, ready } from "../checks.js";
import { failing, likely } from "../expect.js";
import { deployment, idles, job, pod, prints, runs, secret, serves, service, statefulSet } from "../manifests.js";
import type { Scenario } from "../scenario.js";
import { crashLogs } from "./crash-logs.js";
import { moreCrashLogs } from "./more-crash-logs.js";
import { unseenCrashLogs } from "./unseen-crash-logs.js";

/** Workloads take their names from here, so that no name tells what is wrong with them. */
const apps = ["orders", "catalog", "billing", "search", "profile", "mailer", "pricing", "stock", "gateway", "reports"];
/** Exit codes that say by themselves what happened. */
const telling = new Set(["process-segfault", "illegal-instruction", "process-exits-zero"]);

const connects = (to: string, port: number, prefix: string) =>
  runs(
    `require("node:net").connect(${port}, "${to}").on("error", (error) => { console.error("${prefix}" + error.message); process.exit(1); }).on("connect", () => console.log("connected"));`,
  );

const printed = [...crashLogs, ...moreCrashLogs, ...unseenCrashLogs].map(
  ({ name, title, lines, code, causes, never, split }, index): Scenario => {
    const app = apps[index % apps.length] ?? "app";
    const said = [causes].flat().some((cause) => telling.has(cause)) ? failing : likely;
    return {
      name: `crash/${name}`,
      title,
      split,
      objects: [deployment(app, pod([prints(lines, code)]))],
      until: crashed(),
      expect: said(causes, `Deployment/${app}`, never ? { never: [...never] } : {}),
    };
  },
);

export const crash: readonly Scenario[] = [
  ...printed,
  {
    name: "crash/host-near-a-service",
    title: "The host's name has a letter too many for the Service that is meant",
    split: "tuned",
    objects: [
      service("orders-db", 8080),
      deployment("orders-db", pod([serves()])),
      deployment("orders", pod([connects("orders-dbb", 8080, "database: ")])),
    ],
    until: all(ready(1, "orders-db"), crashed()),
    expect: likely("host-not-resolved", "Deployment/orders"),
  },
  {
    name: "crash/host-of-another-namespace",
    title: "The host is a Service of a namespace where there is none of that name",
    split: "held-out",
    objects: [deployment("basket", pod([connects("sessions.platform.svc.cluster.local", 6379, "session store: ")]))],
    until: crashed(),
    expect: likely("host-not-resolved", "Deployment/basket"),
  },
  {
    name: "crash/dependency-scaled-to-zero",
    title: "The database that the API needs is scaled to zero",
    split: "tuned",
    objects: [
      service("users-db", 8080),
      deployment("users-db", pod([serves()]), { replicas: 0 }),
      deployment("users", pod([connects("users-db", 8080, "cannot reach users-db:8080: ")])),
    ],
    until: crashed(),
    expect: failing("scaled-to-zero", "Deployment/users-db", { suffers: ["Deployment/users"] }),
  },
  {
    name: "crash/dependency-statefulset-at-zero",
    title: "A worker needs a queue whose StatefulSet has no replicas",
    split: "held-out",
    objects: [
      service("queue", 5672),
      statefulSet("queue", pod([idles()]), { replicas: 0 }),
      deployment("fulfilment", pod([connects("queue", 5672, "amqp://queue:5672: ")])),
    ],
    until: crashed(),
    expect: failing("scaled-to-zero", "StatefulSet/queue", { suffers: ["Deployment/fulfilment"] }),
  },
  {
    name: "crash/dependency-crashes",
    title: "The database crashes for want of a setting, the API for want of the database",
    split: "tuned",
    objects: [
      service("ledger-db", 5432),
      statefulSet("ledger-db", pod([prints(["FATAL: LEDGER_DATA_DIR is not set"], 1)])),
      deployment("ledger", pod([connects("ledger-db", 5432, "ledger-db:5432 ")])),
    ],
    until: async (seen) => {
      const pods = await seen.list("v1", "Pod");
      const restarts = pods.map((entry) => /"restartCount":(\d+)/.exec(JSON.stringify(entry["status"]))?.[1] ?? "0");
      return restarts.filter((times) => Number(times) >= 2).length >= 2;
    },
    expect: likely("required-setting-missing", "StatefulSet/ledger-db", { suffers: ["Deployment/ledger"] }),
  },
  {
    name: "crash/dependency-wrong-port",
    title: "The client asks a port that the Service does not have",
    split: "tuned",
    objects: [
      service("inventory", 80, { ports: [{ port: 80, targetPort: 8080 }] }),
      deployment("inventory", pod([serves()])),
      deployment(
        "shelf",
        pod([prints(["dial tcp inventory:8080: connect: connection refused", "cannot reach the inventory"], 1)]),
      ),
    ],
    until: all(ready(1, "inventory"), crashed()),
    expect: failing("dependency-wrong-port", ["Deployment/shelf", "Service/inventory"]),
  },
  {
    name: "crash/dependency-wrong-credentials",
    title: "A real Redis with a password refuses a client whose Secret holds another",
    split: "held-out",
    objects: [
      secret("cache-auth", { password: "one-of-these-is-wrong" }),
      service("cache", 6379),
      deployment(
        "cache",
        pod([
          idles({ image: "docker.io/library/redis:7.4", command: ["redis-server", "--requirepass", "another-one"] }),
        ]),
      ),
      deployment(
        "coupons",
        pod([
          runs(
            `const socket = require("node:net").connect(6379, "cache", () => socket.write("AUTH " + process.env.CACHE_PASSWORD + "\\r\\n"));
socket.on("data", (text) => { console.error("redis cache:6379: " + String(text).trim().slice(1)); process.exit(1); }).on("error", (error) => { console.error(error.message); process.exit(1); });`,
            { env: [{ name: "CACHE_PASSWORD", valueFrom: { secretKeyRef: { name: "cache-auth", key: "password" } } }] },
          ),
        ]),
      ),
    ],
    until: all(ready(1, "cache"), crashed(3)),
    expect: likely("dependency-auth-failed", ["Deployment/coupons", "Secret/cache-auth"]),
  },
  {
    name: "crash/port-of-a-sidecar",
    title: "Two containers of a pod listen on one port",
    split: "tuned",
    objects: [deployment("portal", pod([serves(), serves({ name: "admin", ports: [] })]))],
    until: crashed(),
    expect: likely("port-already-in-use", "Deployment/portal"),
  },
  {
    name: "crash/script-missing",
    title: "Node is told to run a file that is not in the image",
    split: "held-out",
    objects: [deployment("tracker", pod([runs("", { command: ["node", "/srv/tracker/server.js"] })]))],
    until: crashed(),
    expect: likely(["application-error", "container-command-invalid"], "Deployment/tracker"),
  },
  {
    name: "crash/init-container-refused",
    title: "An init container's migrations cannot reach the database, which has no Service",
    split: "held-out",
    objects: [
      deployment(
        "subscriptions",
        pod([serves()], {
          initContainers: [
            prints(
              [
                "applying migrations",
                'could not translate host name "subscriptions-db" to address: Name or service not known',
              ],
              1,
              {
                name: "migrate",
              },
            ),
          ],
        }),
      ),
    ],
    until: crashed(),
    expect: likely("host-not-resolved", "Deployment/subscriptions"),
  },
  {
    name: "crash/init-container-unknown",
    title: "An init container ends with an error of its own",
    split: "tuned",
    objects: [
      deployment(
        "themes",
        pod([serves()], { initContainers: [prints(["compiling themes", "exited"], 4, { name: "compile" })] }),
      ),
    ],
    until: crashed(),
    expect: likely("init-container-failed", "Deployment/themes"),
  },
  {
    name: "crash/init-container-waits",
    title: "An init container waits in silence for a Service that does not exist",
    split: "tuned",
    objects: [
      deployment(
        "storefront",
        pod([serves()], {
          initContainers: [
            idles({
              name: "wait-for-catalog",
              command: [
                "sh",
                "-c",
                "until node -e \"require('node:dns').lookup('catalog-api', (e) => process.exit(e ? 1 : 0))\"; do echo waiting for catalog-api; sleep 2; done",
              ],
            }),
          ],
        }),
        { progressDeadlineSeconds: 60 },
      ),
    ],
    until: () => Promise.resolve(true),
    seconds: 150,
    expect: likely(["init-waiting-for-dependency", "host-not-resolved"], "Deployment/storefront"),
  },
  {
    name: "crash/new-revision-only",
    title: "A rollout brings an error of the program itself; the revision before still serves",
    split: "held-out",
    objects: [service("tax", 8080), deployment("tax", pod([serves()]), { replicas: 2 })],
    first: ready(2),
    change: [
      {
        apply: [
          deployment(
            "tax",
            pod([
              prints(
                [
                  "TypeError: Cannot read properties of undefined (reading 'rate')",
                  "    at compute (/app/tax.js:31:20)",
                ],
                1,
              ),
            ]),
            { replicas: 2 },
          ),
        ],
      },
    ],
    until: crashed(),
    expect: likely(["application-error", "revision-regression"], "Deployment/tax"),
  },
  {
    name: "crash/statefulset-first-pod",
    title: "A StatefulSet stands still because its first pod crashes on a lock",
    split: "held-out",
    objects: [
      service("broker", 9092),
      statefulSet(
        "broker",
        pod([
          prints(
            ["java.io.IOException: Too many open files", "\tat java.base/sun.nio.ch.Net.accept(Native Method)"],
            1,
          ),
        ]),
        {
          replicas: 3,
        },
      ),
    ],
    until: crashed(),
    expect: likely("too-many-open-files", "StatefulSet/broker"),
  },
  {
    name: "job/program-fails",
    title: "A Job gives up after its program failed three times",
    split: "tuned",
    objects: [
      job(
        "settle",
        pod([
          prints(
            ["settling 120 payments", "ValueError: amount must not be negative", '  File "/app/settle.py", line 12'],
            1,
          ),
        ]),
        {
          backoffLimit: 2,
        },
      ),
    ],
    until: async (seen) =>
      (await seen.list("batch/v1", "Job")).some((entry) =>
        JSON.stringify(entry["status"]).includes("BackoffLimitExceeded"),
      ),
    expect: likely(["application-error", "job-backoff-limit-exceeded"], "Job/settle"),
  },
];
