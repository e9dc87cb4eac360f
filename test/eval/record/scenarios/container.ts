import { all, crashed, event, ready, restarted, waiting } from "../checks.js";
import { failing, likely } from "../expect.js";
import { configMap, deployment, idles, job, pod, runs, serves } from "../manifests.js";
import type { Scenario } from "../scenario.js";

const cannotStart = waiting("RunContainerError", "CreateContainerError", "CrashLoopBackOff");
const eats = (limit: string, over = {}) =>
  runs(
    `const kept = []; setInterval(() => { for (let turn = 0; turn < 4; turn += 1) kept.push(Buffer.alloc(1 << 20, 1)); console.log("cached " + kept.length + " pages"); }, 50);`,
    { resources: { requests: { cpu: "5m", memory: limit }, limits: { memory: limit } }, ...over },
  );

export const container: readonly Scenario[] = [
  {
    name: "container/command-not-in-path",
    title: "The command is a program that the image does not have",
    split: "tuned",
    objects: [deployment("worker", pod([idles({ command: ["celery", "worker"] })]))],
    until: cannotStart,
    expect: failing("container-command-invalid", "Deployment/worker"),
  },
  {
    name: "container/command-file-missing",
    title: "A rollout names an entry point that is not in the image",
    split: "held-out",
    objects: [deployment("shipping", pod([serves()]))],
    first: ready(1),
    change: [{ apply: [deployment("shipping", pod([serves({ command: ["/opt/shipping/bin/start"] })]))] }],
    until: cannotStart,
    expect: failing("container-command-invalid", "Deployment/shipping"),
  },
  {
    name: "container/command-not-executable",
    title: "The command is a file that may not be executed",
    split: "tuned",
    objects: [deployment("report", pod([idles({ command: ["/etc/passwd"] })]))],
    until: cannotStart,
    expect: failing("container-command-invalid", "Deployment/report"),
  },
  {
    name: "container/working-directory",
    title: "A Job's command is a script on a volume that was mounted without the right to execute",
    split: "held-out",
    objects: [
      configMap("scripts", { "run.sh": "#!/bin/sh\necho done\n" }),
      job(
        "cleanup",
        pod([idles({ command: ["/scripts/run.sh"], volumeMounts: [{ name: "scripts", mountPath: "/scripts" }] })], {
          volumes: [{ name: "scripts", configMap: { name: "scripts", defaultMode: 0o644 } }],
        }),
        { backoffLimit: 4 },
      ),
    ],
    until: event("Failed", "permission denied"),
    seconds: 60,
    expect: failing("container-command-invalid", "Job/cleanup"),
  },
  {
    name: "container/runs-as-root",
    title: "The pod must not run as root, and the container asks for user 0",
    split: "tuned",
    objects: [
      deployment(
        "console",
        pod([idles({ securityContext: { runAsUser: 0 } })], { securityContext: { runAsNonRoot: true } }),
      ),
    ],
    until: waiting("CreateContainerConfigError"),
    expect: failing("run-as-non-root-violation", "Deployment/console"),
  },
  {
    name: "container/post-start-hook",
    title: "The postStart hook ends with an error, the container is killed each time",
    split: "held-out",
    objects: [
      deployment(
        "registry",
        pod([
          serves({
            lifecycle: {
              postStart: { exec: { command: ["node", "-e", "console.error('no leader to join'); process.exit(3)"] } },
            },
          }),
        ]),
      ),
    ],
    until: all(event("FailedPostStartHook"), restarted(2)),
    expect: failing("lifecycle-hook-failed", "Deployment/registry"),
  },
  {
    name: "container/memory-limit-below-the-runtime",
    title: "The memory limit is too low to start any process",
    split: "held-out",
    objects: [deployment("tiny", pod([idles({ resources: { requests: { cpu: "5m" }, limits: { memory: "2Mi" } } })]))],
    until: event("FailedCreatePodSandBox", "OOM-killed"),
    expect: failing("sandbox-oom-killed", "Deployment/tiny"),
  },
  {
    name: "memory/limit-reached",
    title: "A program grows until the kernel kills it at its limit",
    split: "tuned",
    objects: [deployment("recommend", pod([eats("96Mi")]))],
    until: crashed(),
    expect: failing("container-oom-killed", "Deployment/recommend"),
  },
  {
    name: "memory/sidecar",
    title: "The sidecar reaches its limit, the application beside it is well",
    split: "held-out",
    objects: [deployment("chat", pod([serves(), eats("80Mi", { name: "log-shipper" })]))],
    until: crashed(),
    expect: failing("container-oom-killed", "Deployment/chat"),
  },
  {
    name: "memory/init-container",
    title: "An init container reaches its memory limit",
    split: "held-out",
    objects: [deployment("geo", pod([serves()], { initContainers: [eats("80Mi", { name: "load-maps" })] }))],
    until: crashed(),
    expect: failing("container-oom-killed", "Deployment/geo"),
  },
  {
    name: "memory/job",
    title: "Every try of a Job reaches the memory limit",
    split: "tuned",
    objects: [job("aggregate", pod([eats("96Mi")]), { backoffLimit: 1 })],
    until: async (seen) =>
      (await seen.list("batch/v1", "Job")).some((entry) =>
        JSON.stringify(entry["status"]).includes("BackoffLimitExceeded"),
      ),
    expect: failing("container-oom-killed", "Job/aggregate"),
  },
  {
    name: "memory/javascript-heap",
    title: "Node ends by itself when its heap reaches its own bound, far below the container's limit",
    split: "tuned",
    objects: [
      deployment(
        "graph",
        pod([
          runs("", {
            command: [
              "node",
              "--max-old-space-size=24",
              "-e",
              "const kept = []; for (;;) kept.push(new Array(10000).fill(Math.random()).map(String));",
            ],
            resources: { requests: { cpu: "5m" }, limits: { memory: "512Mi" } },
          }),
        ]),
      ),
    ],
    until: crashed(),
    expect: likely(["container-oom-killed", "process-aborted", "application-error"], "Deployment/graph"),
  },
];
