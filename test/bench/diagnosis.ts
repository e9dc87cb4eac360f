import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { diagnose } from "../../src/diagnosis/index.js";
import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../src/domain/snapshot.js";
import { median, percentile, type Row } from "./row.js";

const podsEach = 10;
const now = new Date("2026-04-02T10:15:00Z");
const made = "2026-04-02T09:00:00Z";
const namespace = "shop";

function meta(name: string, owner?: { kind: string; name: string }) {
  return {
    name,
    namespace,
    uid: `uid-${name}`,
    creationTimestamp: made,
    labels: { app: name.split("-").slice(0, 2).join("-") },
    ...(owner
      ? { ownerReferences: [{ apiVersion: "apps/v1", ...owner, uid: `uid-${owner.name}`, controller: true }] }
      : {}),
  };
}

/** One Deployment with its ReplicaSet, its pods, a Service and events; every fifth one fails in one of four ways. */
function workload(index: number): { objects: KubernetesObject[]; events: KubernetesObject[] } {
  const name = `app-${index}`;
  const fault = index % 20;
  const ill = [0, 5, 10, 15].includes(fault);
  const template = {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: "web", image: `registry.local/${name}:1`, ports: [{ containerPort: 8080 }] }] },
  };
  const waiting: Record<number, object> = {
    0: {
      waiting: {
        reason: "ImagePullBackOff",
        message: `Back-off pulling image: rpc error: code = NotFound: ${name}:1: not found`,
      },
    },
    5: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
    10: { waiting: { reason: "CreateContainerConfigError", message: `configmap "${name}" not found` } },
  };
  const pods = Array.from(
    { length: podsEach },
    (_, pod): KubernetesObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: meta(`${name}-5f6d-${pod}`, { kind: "ReplicaSet", name: `${name}-5f6d` }),
      spec: { ...template.spec, ...(fault === 15 ? {} : { nodeName: `node-${pod % 5}` }) },
      status:
        fault === 15
          ? {
              phase: "Pending",
              conditions: [
                {
                  type: "PodScheduled",
                  status: "False",
                  reason: "Unschedulable",
                  message: "0/5 nodes are available: 5 Insufficient cpu.",
                },
              ],
            }
          : {
              phase: ill ? "Pending" : "Running",
              conditions: [{ type: "Ready", status: ill ? "False" : "True" }],
              containerStatuses: [
                {
                  name: "web",
                  image: `registry.local/${name}:1`,
                  ready: !ill,
                  restartCount: fault === 5 ? 12 : 0,
                  state: ill ? waiting[fault] : { running: { startedAt: made } },
                  ...(fault === 5
                    ? { lastState: { terminated: { exitCode: 1, reason: "Error", finishedAt: made } } }
                    : {}),
                },
              ],
            },
    }),
  );
  const event = (pod: KubernetesObject): KubernetesObject => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${pod.metadata.name}.1`, namespace },
    type: ill ? "Warning" : "Normal",
    reason: ill ? "BackOff" : "Started",
    message: ill ? "Back-off restarting failed container" : "Started container web",
    lastTimestamp: "2026-04-02T10:14:00Z",
    involvedObject: { kind: "Pod", namespace, name: pod.metadata.name },
  });
  const replicas = {
    replicas: podsEach,
    updatedReplicas: podsEach,
    readyReplicas: ill ? 0 : podsEach,
    availableReplicas: ill ? 0 : podsEach,
  };
  return {
    objects: [
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { ...meta(name), generation: 1 },
        spec: { replicas: podsEach, selector: { matchLabels: { app: name } }, template },
        status: { observedGeneration: 1, ...replicas },
      },
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: {
          ...meta(`${name}-5f6d`, { kind: "Deployment", name }),
          annotations: { "deployment.kubernetes.io/revision": "1" },
        },
        spec: { replicas: podsEach, template },
        status: replicas,
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: meta(name),
        spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
      },
      ...pods,
    ],
    events: pods.map(event),
  };
}

/** A namespace of Deployments with ten pods each, a fifth of them ill; 1,000 pods unless told otherwise. */
export function aLargeNamespace(deployments = 100): Snapshot {
  const parts = Array.from({ length: deployments }, (_, index) => workload(index));
  return {
    meta: {
      formatVersion: 1,
      now: now.toISOString(),
      cluster: { name: "bench", version: "v1.34.4" },
      scope: { namespaces: [namespace] },
      sources: {
        objects: "full",
        events: "full",
        logs: "absent",
        metrics: "absent",
        alerts: "absent",
        probes: "absent",
        changes: "absent",
      },
      notes: [],
    },
    objects: parts.flatMap(({ objects }) => objects),
    events: parts.flatMap(({ events }) => events),
    logs: [],
    warnings: [],
  };
}

function timed(deployments: number, most: number): Row {
  const snapshot = aLargeNamespace(deployments);
  const milliseconds: number[] = [];
  let causes = 0;
  for (let turn = 0; turn < 30; turn += 1) {
    const started = performance.now();
    causes = diagnose(snapshot, { namespace }, now).verdicts.length;
    milliseconds.push(performance.now() - started);
  }
  const [first = 0, ...later] = milliseconds;
  const pods = (deployments * podsEach).toLocaleString("en");
  return {
    figure: `diagnosis of a namespace of ${pods} pods, facts in memory`,
    unit: "ms",
    anchor: null,
    ours: percentile(later, 0.5),
    target: { what: `≤ ${most} ms`, met: percentile(later, 0.95) <= most },
    how: `${deployments} Deployments of 10 pods, a fifth of them ill, ${causes} verdicts; 30 turns in one process, the first (${first.toFixed(0)} ms) left out of the median`,
    samples: { ours: milliseconds },
  };
}

/** `kubeclaw diagnose --batch` over every recorded case, in one process, reading from disk. */
function batch(): Row {
  const folders = readdirSync("test/eval/cases", { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === "meta.json")
    .map(({ parentPath }) => parentPath);
  const input = folders.map((snapshot, id) => JSON.stringify({ id, snapshot })).join("\n");
  const perSecond = Array.from({ length: 5 }, () => {
    const started = performance.now();
    const { stdout } = spawnSync(process.execPath, ["dist/main/cli.js", "diagnose", "--batch", "-"], {
      input,
      maxBuffer: 2 ** 30,
    });
    const answers = stdout.toString().trim().split("\n").length;
    return (answers * 1_000) / (performance.now() - started);
  });
  return {
    figure: "snapshots diagnosed in one process, from disk",
    unit: "snapshots/s",
    anchor: null,
    ours: median(perSecond),
    target: { what: "≥ 20/s", met: median(perSecond) >= 20 },
    how: `kubeclaw diagnose --batch over the ${folders.length} cases of the evaluation, start of the process included; median of 5`,
    samples: { ours: perSecond },
  };
}

/** The rules over many pods, facts in memory; and over many snapshots. */
export function diagnosis(): Promise<Row[]> {
  return Promise.resolve([timed(100, 100), timed(500, 500), batch()]);
}
