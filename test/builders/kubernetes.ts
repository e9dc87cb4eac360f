import type { KubernetesObject } from "../../src/domain/kubernetes-object.js";

/** The moment that every default of the builders is about. */
export const noon = new Date("2026-04-02T12:00:00.000Z");

/** A time that many seconds after noon, as Kubernetes writes it. */
export const after = (seconds: number): string => new Date(noon.getTime() + seconds * 1_000).toISOString();

type Metadata = Partial<KubernetesObject["metadata"]>;

export function anObject(
  apiVersion: string,
  kind: string,
  metadata: Metadata,
  rest: Record<string, unknown> = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name: "checkout", namespace: "shop", ...metadata }, ...rest };
}

export const goodImage = "registry.local/checkout:1.9.0";
export const badImage = "registry.local/checkout:1.9.1";

/** A pod template with one container `web`. */
export function aTemplate(image = goodImage, over: Record<string, unknown> = {}) {
  return { metadata: { labels: { app: "checkout" } }, spec: { containers: [{ name: "web", image, ...over }] } };
}

/** `shop/checkout` at revision 8, whose image is the one that is asked for. */
export function aDeployment(
  over: { metadata?: Metadata; spec?: Record<string, unknown>; status?: Record<string, unknown> } = {},
): KubernetesObject {
  return anObject(
    "apps/v1",
    "Deployment",
    {
      uid: "uid-checkout",
      generation: 8,
      resourceVersion: "100",
      annotations: { "deployment.kubernetes.io/revision": "8" },
      ...over.metadata,
    },
    {
      spec: {
        replicas: 4,
        selector: { matchLabels: { app: "checkout" } },
        template: aTemplate(badImage),
        ...over.spec,
      },
      status: { observedGeneration: 8, replicas: 4, updatedReplicas: 2, availableReplicas: 2, ...over.status },
    },
  );
}

/** A ReplicaSet of `shop/checkout`, named after its revision. */
export function aReplicaSet(revision: number, image = goodImage, over: Record<string, unknown> = {}): KubernetesObject {
  const template = structuredClone(aTemplate(image)) as { metadata: { labels: Record<string, string> } };
  template.metadata.labels["pod-template-hash"] = `hash${revision}`;
  return anObject(
    "apps/v1",
    "ReplicaSet",
    {
      name: `checkout-${revision}`,
      uid: `uid-checkout-${revision}`,
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [{ kind: "Deployment", name: "checkout", uid: "uid-checkout", controller: true }],
    },
    { spec: { replicas: 0, template }, status: { replicas: 0 }, ...over },
  );
}

export interface PodOptions {
  name?: string;
  revision?: number;
  image?: string;
  waiting?: { reason: string; message?: string };
  ready?: boolean;
  metadata?: Metadata;
  status?: Record<string, unknown>;
}

/** A pod of `shop/checkout`, revision 8 unless told otherwise; ready unless it waits. */
export function aPod(options: PodOptions = {}): KubernetesObject {
  const { name = "checkout-8-abcde", revision = 8, image = badImage, waiting, metadata, status } = options;
  const ready = options.ready ?? waiting === undefined;
  return anObject(
    "v1",
    "Pod",
    {
      name,
      uid: `uid-${name}`,
      labels: { app: "checkout" },
      creationTimestamp: after(-600),
      ownerReferences: [
        { kind: "ReplicaSet", name: `checkout-${revision}`, uid: `uid-checkout-${revision}`, controller: true },
      ],
      ...metadata,
    },
    {
      spec: { containers: [{ name: "web", image }] },
      status: {
        phase: ready ? "Running" : "Pending",
        conditions: [{ type: "Ready", status: ready ? "True" : "False", reason: ready ? "" : "ContainersNotReady" }],
        containerStatuses: [
          {
            name: "web",
            image,
            ready,
            restartCount: 0,
            state: waiting ? { waiting } : { running: { startedAt: after(-590) } },
          },
        ],
        ...status,
      },
    },
  );
}

/** A Warning event about one object. */
export function anEvent(
  about: KubernetesObject,
  message: string,
  over: Record<string, unknown> = {},
): KubernetesObject {
  const { name, namespace } = about.metadata;
  return anObject(
    "v1",
    "Event",
    { name: `${name}.event` },
    {
      type: "Warning",
      reason: "Failed",
      message,
      lastTimestamp: after(-60),
      involvedObject: { kind: about.kind, namespace, name },
      ...over,
    },
  );
}

export function aConfigMap(name: string, data: Record<string, string> = {}): KubernetesObject {
  return anObject("v1", "ConfigMap", { name }, { data });
}

export function aService(name = "checkout"): KubernetesObject {
  return anObject("v1", "Service", { name }, { spec: { selector: { app: "checkout" } } });
}

/** An object of the cluster, in no namespace. */
export function aClusterObject(
  apiVersion: string,
  kind: string,
  name: string,
  rest: Record<string, unknown> = {},
  metadata: Metadata = {},
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, ...metadata }, ...rest };
}

/** A condition that turned ten minutes before noon. */
export function aCondition(type: string, status: string, reason = "", message = "") {
  return { type, status, reason, message, lastTransitionTime: after(-600) };
}

/** A pod of `shop/checkout` with one container `web`: `container` is its spec, `status` how it goes. */
export function aContainerPod(
  container: Record<string, unknown>,
  status: Record<string, unknown>,
  over: { spec?: Record<string, unknown>; init?: boolean; metadata?: Metadata; pod?: Record<string, unknown> } = {},
): KubernetesObject {
  const web = { name: "web", image: goodImage, ...container };
  const state = { name: "web", image: goodImage, ready: false, restartCount: 0, ...status };
  const pod = aPod({ ready: false, metadata: over.metadata ?? {} });
  return {
    ...pod,
    spec: over.init
      ? { initContainers: [web], containers: [{ name: "main", image: goodImage }], ...over.spec }
      : { containers: [web], ...over.spec },
    status: {
      phase: "Running",
      conditions: [aCondition("Ready", "False", "ContainersNotReady")],
      ...(over.init ? { initContainerStatuses: [state] } : { containerStatuses: [state] }),
      ...over.pod,
    },
  };
}

/** A container that ended with this code, and waits to be started again. */
export function aCrash(exitCode: number, over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    restartCount: 7,
    state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 5m0s restarting failed container" } },
    lastState: {
      terminated: { exitCode, reason: "Error", startedAt: after(-80), finishedAt: after(-60), ...over },
    },
  };
}
