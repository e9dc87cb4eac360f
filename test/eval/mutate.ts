import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../src/domain/snapshot.js";

const kindsWithoutRights = ["Node", "ReplicaSet", "ConfigMap"] as const;
const noiseWorkloads = 50;

function withSources(snapshot: Snapshot, sources: Partial<Snapshot["meta"]["sources"]>): Snapshot {
  return { ...snapshot, meta: { ...snapshot.meta, sources: { ...snapshot.meta.sources, ...sources } } };
}

/** Drops every `message` below a value. */
function withoutMessages(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMessages);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => (key === "message" ? [] : [[key, withoutMessages(entry)]])),
  );
}

/** The three kinds of decisive evidence, each taken away. */
export const removals: Readonly<Record<string, (snapshot: Snapshot) => Snapshot>> = {
  "without events": (snapshot) => withSources({ ...snapshot, events: [] }, { events: "absent" }),
  "without logs": (snapshot) => withSources({ ...snapshot, logs: [] }, { logs: "absent" }),
  "without status messages": (snapshot) => ({
    ...snapshot,
    objects: snapshot.objects.map((object) =>
      "status" in object ? { ...object, status: withoutMessages(object["status"]) } : object,
    ),
  }),
};

/** The same with the rights of an agent that may not read some kinds. */
export function withPartialRights(snapshot: Snapshot): Snapshot {
  const unread: ReadonlySet<string> = new Set(kindsWithoutRights);
  const objects = snapshot.objects.filter(({ kind }) => !unread.has(kind));
  const kinds = Object.fromEntries(kindsWithoutRights.map((kind) => [kind, "absent" as const]));
  const { meta, ...rest } = withSources({ ...snapshot, objects, events: [] }, { objects: "partial", events: "absent" });
  return { ...rest, meta: { ...meta, kinds: { ...meta.kinds, ...kinds } } };
}

/** What partial rights leave out, as an answer must name it. */
export const unreadWithPartialRights: readonly string[] = [...kindsWithoutRights, "events"];

const noises = [
  ["Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"],
  ["Unhealthy", "Liveness probe failed: dial tcp 10.0.9.9:8080: connect: connection refused"],
  ["BackOff", "Back-off restarting failed container app in pod"],
  ["Failed", 'Failed to pull image "registry.example/app:9": not found'],
  ["FailedMount", 'MountVolume.SetUp failed for volume "conf": configmap "conf" not found'],
  ["FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu."],
  ["FailedCreatePodSandBox", "Failed to create pod sandbox: network plugin is not ready"],
  ["Failed", 'Error: secret "credentials" not found'],
  ["NodeNotReady", "Node is not ready"],
  ["Evicted", "The node was low on resource: memory."],
] as const;

/** One healthy workload, and what went wrong around it before it was well. */
function bystander(index: number, namespace: string, now: Date) {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
  const name = `bystander-${index}`;
  const labels = { app: name };
  const created = { namespace, creationTimestamp: ago(300), labels };
  const spec = { containers: [{ name: "app", image: "registry.example/app:9" }] };
  const shape = { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } };
  const counts = { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1, observedGeneration: 1 };
  const ownedBy = (kind: string) => ({
    ownerReferences: [{ apiVersion: "apps/v1", kind, name, uid: `uid-${kind}-${name}`, controller: true }],
  });
  const conditions = ["PodScheduled", "Initialized", "ContainersReady", "Ready"].map((type) => ({
    type,
    status: "True",
    lastTransitionTime: ago(240),
  }));
  const running = { name: "app", ready: true, restartCount: 0, state: { running: { startedAt: ago(241) } } };
  const objects: KubernetesObject[] = [
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { ...created, name, uid: `uid-Deployment-${name}`, generation: 1 },
      spec: shape,
      status: counts,
    },
    {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { ...created, name, uid: `uid-ReplicaSet-${name}`, ...ownedBy("Deployment") },
      spec: shape,
      status: counts,
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...created, name: `${name}-pod`, uid: `uid-Pod-${name}`, ...ownedBy("ReplicaSet") },
      spec,
      status: { phase: "Running", conditions, containerStatuses: [running] },
    },
  ];
  const events = noises.map(
    ([reason, message], turn): KubernetesObject => ({
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace, name: `${name}.${turn}` },
      type: "Warning",
      reason,
      message,
      count: 3,
      firstTimestamp: ago(290),
      lastTimestamp: ago(250),
      involvedObject: { kind: "Pod", namespace, name: `${name}-pod`, uid: `uid-Pod-${name}` },
    }),
  );
  return { objects, events };
}

/** The same beside fifty workloads that are well, with five hundred warnings from before they were. */
export function withNoise(snapshot: Snapshot): Snapshot {
  const namespace = snapshot.meta.scope.namespaces[0] ?? "default";
  const now = new Date(snapshot.meta.now);
  const bystanders = Array.from({ length: noiseWorkloads }, (_, index) => bystander(index, namespace, now));
  return {
    ...snapshot,
    objects: [...snapshot.objects, ...bystanders.flatMap(({ objects }) => objects)],
    events: [...bystanders.flatMap(({ events }) => events), ...snapshot.events],
  };
}
