import { all, event, ready, restarted } from "../checks.js";
import { failing, likely } from "../expect.js";
import { deployment, idles, pod, runs, serves, service, statefulSet } from "../manifests.js";
import type { Scenario } from "../scenario.js";

const http = (path: string, port: number | string, over = {}) => ({
  httpGet: { path, port },
  periodSeconds: 3,
  failureThreshold: 3,
  ...over,
});
const killed = all(event("Killing"), restarted(1));
const notReady = event("Unhealthy", "Readiness probe failed");
/** Until then a pod that is not ready may still be starting. */
const patience = 150;

export const probe: readonly Scenario[] = [
  {
    name: "probe/liveness-port",
    title: "The liveness probe asks a port on which nobody listens",
    split: "tuned",
    objects: [deployment("cart", pod([serves({ livenessProbe: http("/healthz", 9090) })]))],
    until: killed,
    expect: failing("liveness-wrong-port", "Deployment/cart"),
  },
  {
    name: "probe/liveness-path",
    title: "The liveness probe asks a path that the program does not know",
    split: "tuned",
    objects: [deployment("blog", pod([serves({ livenessProbe: http("/health/live", 8080) })]))],
    until: killed,
    expect: failing("liveness-wrong-path", "Deployment/blog"),
  },
  {
    name: "probe/liveness-path-after-rollout",
    title: "A rollout moves the liveness probe to a path that is not there, by the port's name",
    split: "held-out",
    objects: [service("forum", 8080), deployment("forum", pod([serves({ livenessProbe: http("/healthz", "http") })]))],
    first: ready(1),
    change: [{ apply: [deployment("forum", pod([serves({ livenessProbe: http("/livez", "http") })]))] }],
    until: killed,
    expect: failing("liveness-wrong-path", "Deployment/forum"),
  },
  {
    name: "probe/liveness-too-early",
    title: "The program needs half a minute to start and is killed after ten seconds",
    split: "tuned",
    objects: [
      deployment("planner", pod([serves({ livenessProbe: http("/healthz", 8080) }, { startAfterSeconds: 30 })])),
    ],
    until: restarted(2),
    expect: likely(["liveness-too-early", "liveness-app-unhealthy"], "Deployment/planner"),
  },
  {
    name: "probe/liveness-program-says-no",
    title: "The program itself answers its liveness probe with 500",
    split: "held-out",
    objects: [deployment("rules", pod([serves({ livenessProbe: http("/healthz", 8080) }, { status: 500 })]))],
    until: killed,
    expect: failing("liveness-app-unhealthy", "Deployment/rules"),
  },
  {
    name: "probe/liveness-protocol",
    title: "The liveness probe speaks TLS to a program that speaks plain HTTP",
    split: "tuned",
    objects: [
      deployment(
        "audit",
        pod([
          serves({ livenessProbe: { httpGet: { path: "/healthz", port: 8080, scheme: "HTTPS" }, periodSeconds: 3 } }),
        ]),
      ),
    ],
    until: killed,
    expect: failing("liveness-wrong-protocol", "Deployment/audit"),
  },
  {
    name: "probe/liveness-hangs",
    title: "The program takes connections and never answers its liveness probe",
    split: "held-out",
    objects: [
      deployment(
        "match",
        pod([
          runs(
            `require("node:http").createServer(() => {}).listen(8080); process.on("SIGTERM", () => process.exit(143)); console.log("listening on :8080");`,
            {
              ports: [{ containerPort: 8080 }],
              livenessProbe: http("/healthz", 8080),
            },
          ),
        ]),
      ),
    ],
    until: killed,
    expect: likely("liveness-app-unhealthy", "Deployment/match"),
  },
  {
    name: "probe/readiness-port",
    title: "The readiness probe asks a port on which nobody listens",
    split: "tuned",
    objects: [service("news", 8080), deployment("news", pod([serves({ readinessProbe: http("/readyz", 8081) })]))],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-wrong-port", "Deployment/news", { suffers: ["Service/news"] }),
  },
  {
    name: "probe/readiness-tcp-port",
    title: "A TCP readiness probe asks the port of another program",
    split: "held-out",
    objects: [
      service("events", 8080),
      statefulSet("events", pod([serves({ readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 3 } })])),
    ],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-wrong-port", "StatefulSet/events", { suffers: ["Service/events"] }),
  },
  {
    name: "probe/readiness-path",
    title: "The readiness probe asks a path that the program does not know",
    split: "tuned",
    objects: [service("shop", 8080), deployment("shop", pod([serves({ readinessProbe: http("/ready", 8080) })]))],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-wrong-path", "Deployment/shop", { suffers: ["Service/shop"] }),
  },
  {
    name: "probe/readiness-protocol",
    title: "The readiness probe speaks TLS to a program that speaks plain HTTP",
    split: "held-out",
    objects: [
      deployment(
        "help",
        pod([
          serves({ readinessProbe: { httpGet: { path: "/readyz", port: 8080, scheme: "HTTPS" }, periodSeconds: 3 } }),
        ]),
      ),
    ],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-wrong-protocol", "Deployment/help"),
  },
  {
    name: "probe/readiness-program-says-no",
    title: "The program answers its readiness probe with 503",
    split: "tuned",
    objects: [
      service("offers", 8080),
      deployment("offers", pod([serves({ readinessProbe: http("/readyz", 8080) }, { status: 503 })])),
    ],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-app-not-ready", "Deployment/offers", { suffers: ["Service/offers"] }),
  },
  {
    name: "probe/readiness-command",
    title: "The readiness probe runs a command that finds its file missing",
    split: "held-out",
    objects: [
      deployment(
        "sync",
        pod([idles({ readinessProbe: { exec: { command: ["cat", "/tmp/synced"] }, periodSeconds: 3 } })]),
      ),
    ],
    until: notReady,
    seconds: patience,
    expect: failing("readiness-app-not-ready", "Deployment/sync"),
  },
  {
    name: "probe/readiness-hangs",
    title: "The program takes connections and never answers its readiness probe",
    split: "held-out",
    objects: [
      deployment(
        "quota-service",
        pod([
          runs(`require("node:http").createServer(() => {}).listen(8080); console.log("listening on :8080");`, {
            ports: [{ containerPort: 8080 }],
            readinessProbe: http("/readyz", 8080),
          }),
        ]),
      ),
    ],
    until: notReady,
    seconds: patience,
    expect: likely("readiness-app-not-ready", "Deployment/quota-service"),
  },
  {
    name: "probe/startup-budget",
    title: "The program needs longer to start than its startup probe allows",
    split: "tuned",
    objects: [deployment("model", pod([serves({ startupProbe: http("/healthz", 8080) }, { startAfterSeconds: 40 })]))],
    until: restarted(2),
    expect: likely("startup-budget-exceeded", "Deployment/model"),
  },
  {
    name: "probe/startup-budget-command",
    title: "A startup probe's command never succeeds within its tries",
    split: "held-out",
    objects: [
      deployment(
        "warmup",
        pod([
          idles({
            startupProbe: { exec: { command: ["test", "-f", "/tmp/warm"] }, periodSeconds: 3, failureThreshold: 5 },
          }),
        ]),
      ),
    ],
    until: restarted(2),
    expect: likely("startup-budget-exceeded", "Deployment/warmup"),
  },
  {
    name: "rollout/deadline-by-readiness",
    title: "A rollout passed its deadline because the new pods never become ready",
    split: "tuned",
    objects: [
      service("basket", 8080),
      deployment("basket", pod([serves({ readinessProbe: http("/readyz", 8080) })]), {
        replicas: 2,
        progressDeadlineSeconds: 30,
      }),
    ],
    first: ready(2),
    change: [
      {
        apply: [
          deployment("basket", pod([serves({ readinessProbe: http("/api/ready", 8080) })]), {
            replicas: 2,
            progressDeadlineSeconds: 30,
          }),
        ],
      },
    ],
    until: async (seen) =>
      (await seen.list("apps/v1", "Deployment")).some((entry) =>
        JSON.stringify(entry["status"]).includes("ProgressDeadlineExceeded"),
      ),
    object: "Deployment/basket",
    expect: failing("readiness-wrong-path", "Deployment/basket"),
  },
  {
    name: "rollout/never-available",
    title: "A rollout passed its deadline; its pods wait for a readiness gate that nobody sets",
    split: "held-out",
    objects: [
      deployment("switch", pod([serves()], { readinessGates: [{ conditionType: "example.com/registered" }] }), {
        progressDeadlineSeconds: 40,
      }),
    ],
    until: async (seen) =>
      (await seen.list("apps/v1", "Deployment")).some((entry) =>
        JSON.stringify(entry["status"]).includes("ProgressDeadlineExceeded"),
      ),
    expect: failing(["progress-deadline-exceeded", "readiness-app-not-ready"], "Deployment/switch"),
  },
];
