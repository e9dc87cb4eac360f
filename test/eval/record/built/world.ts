import { createHash } from "node:crypto";
import type { KubernetesObject } from "../../../../src/domain/kubernetes-object.js";
import type { LogTail, Snapshot, SnapshotAlert } from "../../../../src/domain/snapshot.js";

type Fields = Record<string, unknown>;

/** The moment of every case that is built, and times before it as the API writes them. */
export const now = new Date("2026-04-02T10:15:00.000Z");
export const ago = (minutes: number, seconds = 0): string =>
  new Date(now.getTime() - minutes * 60_000 - seconds * 1_000).toISOString().replace(".000Z", "Z");

/** A uid that is the same in every build. */
function uidOf(kind: string, name: string): string {
  const text = createHash("sha256").update(`${kind}/${name}`).digest("hex");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20, 32)].join("-");
}

export function object(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Fields = {},
  metadata: Fields = {},
): KubernetesObject {
  const entry = {
    apiVersion,
    kind,
    metadata: { name, namespace: "team-built", uid: uidOf(kind, name), creationTimestamp: ago(600), ...metadata },
    ...rest,
  };
  return entry;
}

export const clusterObject = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: Fields = {},
  metadata: Fields = {},
) => object(apiVersion, kind, name, rest, { namespace: undefined, ...metadata });

const ownedBy = (owner: KubernetesObject) => ({
  ownerReferences: [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      controller: true,
      blockOwnerDeletion: true,
    },
  ],
});

export const condition = (type: string, status: string, over: Fields = {}): Fields => ({
  type,
  status,
  lastTransitionTime: ago(30),
  ...over,
});

export interface PodShape {
  spec?: Fields;
  container?: Fields;
  /** Of the whole status, in place of a pod that is well. */
  status?: Fields;
  /** Of the container's status. */
  state?: Fields;
  createdMinutesAgo?: number;
  nodeName?: string | null;
}

export const image = "registry.example.com/apps/server:3.4.0";

/** A pod that is well, but for what is said. */
export function pod(name: string, owner: KubernetesObject | null, app: string, shape: PodShape = {}): KubernetesObject {
  const { spec = {}, container = {}, status = {}, state, createdMinutesAgo = 40, nodeName = "node-a" } = shape;
  const isWell = state === undefined && Object.keys(status).length === 0;
  const conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"].map(
    (type) =>
      isWell || ["Initialized", "PodScheduled"].includes(type)
        ? condition(type, "True")
        : condition(type, "False", { reason: "ContainersNotReady", message: "containers with unready status: [app]" }),
  );
  return object(
    "v1",
    "Pod",
    name,
    {
      spec: {
        containers: [{ name: "app", image, ports: [{ containerPort: 8080 }], ...container }],
        restartPolicy: "Always",
        ...(nodeName === null ? {} : { nodeName }),
        ...spec,
      },
      status: {
        phase: isWell ? "Running" : "Pending",
        conditions,
        startTime: ago(createdMinutesAgo),
        ...(nodeName === null
          ? {}
          : {
              containerStatuses: [
                {
                  name: "app",
                  image,
                  ready: isWell,
                  started: isWell,
                  restartCount: 0,
                  state: { running: { startedAt: ago(createdMinutesAgo - 1) } },
                  ...state,
                },
              ],
            }),
        ...status,
      },
    },
    {
      creationTimestamp: ago(createdMinutesAgo),
      labels: { app, "pod-template-hash": "5d9f7c" },
      ...(owner ? ownedBy(owner) : {}),
    },
  );
}

/** A Deployment, its ReplicaSet and its pods, all of one shape. */
export function deployment(name: string, shapes: readonly PodShape[], replicas = shapes.length): KubernetesObject[] {
  const labels = { app: name };
  const template = {
    metadata: { labels: { ...labels, "pod-template-hash": "5d9f7c" } },
    spec: {
      containers: [{ name: "app", image, ports: [{ containerPort: 8080 }], ...shapes[0]?.container }],
      ...shapes[0]?.spec,
    },
  };
  const well = shapes.filter(({ state, status }) => state === undefined && status === undefined).length;
  const counts = {
    replicas: shapes.length,
    updatedReplicas: shapes.length,
    readyReplicas: well,
    availableReplicas: well,
    unavailableReplicas: replicas - well,
    observedGeneration: 3,
  };
  const available =
    well === replicas
      ? condition("Available", "True", { reason: "MinimumReplicasAvailable" })
      : condition("Available", "False", {
          reason: "MinimumReplicasUnavailable",
          message: "Deployment does not have minimum availability.",
        });
  const top = object(
    "apps/v1",
    "Deployment",
    name,
    {
      spec: { replicas, selector: { matchLabels: labels }, template },
      status: {
        ...counts,
        conditions: [available, condition("Progressing", "True", { reason: "NewReplicaSetAvailable" })],
      },
    },
    { generation: 3, labels, annotations: { "deployment.kubernetes.io/revision": "3" } },
  );
  const set = object(
    "apps/v1",
    "ReplicaSet",
    `${name}-5d9f7c`,
    {
      spec: { replicas, selector: { matchLabels: { ...labels, "pod-template-hash": "5d9f7c" } }, template },
      status: { replicas: shapes.length, readyReplicas: well, availableReplicas: well, observedGeneration: 1 },
    },
    { labels, annotations: { "deployment.kubernetes.io/revision": "3" }, ...ownedBy(top) },
  );
  return [
    top,
    set,
    ...shapes.map((shape, index) => pod(`${name}-5d9f7c-${"bcdfg"[index % 5] ?? "b"}x${index}k`, set, name, shape)),
  ];
}

export const waits = (reason: string, message: string, over: Fields = {}): PodShape => ({
  state: { ready: false, started: false, state: { waiting: { reason, message } }, ...over },
});

export const unschedulable = (message: string, shape: PodShape = {}): PodShape => ({
  ...shape,
  nodeName: null,
  status: {
    phase: "Pending",
    conditions: [condition("PodScheduled", "False", { reason: "Unschedulable", message })],
  },
});

/** A Node that is well, but for what is said. */
export function node(
  name: string,
  conditions: readonly Fields[] = [],
  spec: Fields = {},
  over: Fields = {},
): KubernetesObject {
  const usual = [
    condition("MemoryPressure", "False", { reason: "KubeletHasSufficientMemory" }),
    condition("DiskPressure", "False", { reason: "KubeletHasNoDiskPressure" }),
    condition("PIDPressure", "False", { reason: "KubeletHasSufficientPID" }),
    condition("Ready", "True", { reason: "KubeletReady", message: "kubelet is posting ready status" }),
  ].filter(({ type }) => !conditions.some((other) => other["type"] === type));
  const amounts = { cpu: "4", memory: "16Gi", pods: "110", "ephemeral-storage": "100Gi" };
  return clusterObject(
    "v1",
    "Node",
    name,
    { spec, status: { capacity: amounts, allocatable: amounts, conditions: [...usual, ...conditions], ...over } },
    { labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" } },
  );
}

export function event(about: KubernetesObject, reason: string, message: string, over: Fields = {}): KubernetesObject {
  const { name, namespace, uid } = about.metadata;
  return object("v1", "Event", `${name}.${reason.toLowerCase()}`, {
    type: "Warning",
    reason,
    message,
    count: 12,
    firstTimestamp: ago(35),
    lastTimestamp: ago(1),
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, namespace, name, uid },
    ...over,
  });
}

export function service(name: string, port: number): KubernetesObject {
  return object("v1", "Service", name, {
    spec: { selector: { app: name }, clusterIP: "10.96.40.7", ports: [{ port, targetPort: 8080, protocol: "TCP" }] },
  });
}

/** The pod of a Deployment that was built. */
export function podOf(objects: readonly KubernetesObject[]): KubernetesObject {
  const found = objects.find(({ kind }) => kind === "Pod");
  if (!found) throw new Error("there is no pod");
  return found;
}

export function toSnapshot(
  objects: readonly KubernetesObject[],
  logs: readonly LogTail[],
  alerts: readonly SnapshotAlert[],
): Snapshot {
  const absent = "absent" as const;
  return {
    meta: {
      formatVersion: 1,
      now: now.toISOString(),
      cluster: { name: "built", version: "v1.34.4" },
      scope: { namespaces: ["team-built"] },
      sources: {
        objects: "full",
        events: "full",
        logs: "tail",
        metrics: absent,
        alerts: alerts.length > 0 ? "full" : absent,
        probes: absent,
        changes: absent,
      },
      notes: [],
    },
    objects: objects.filter(({ kind }) => kind !== "Event"),
    events: objects.filter(({ kind }) => kind === "Event"),
    logs,
    ...(alerts.length > 0 ? { alerts } : {}),
    warnings: [],
  };
}
