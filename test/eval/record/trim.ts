import { at, type KubernetesObject, listAt, textAt } from "../../../src/domain/kubernetes-object.js";
import type { Snapshot } from "../../../src/domain/snapshot.js";

const mostLines = 60;
const nodeFields = ["architecture", "containerRuntimeVersion", "kubeletVersion", "operatingSystem"];

/** Where a test cluster keeps its state, and the path that any other node has in its place. */
function withUsualPaths(text: string): string {
  return text
    .replace(/\/tmp\/[a-z-]*cluster[a-z-]*\/(kubelet|pod-logs)/g, (_, part: string) =>
      part === "kubelet" ? "/var/lib/kubelet" : "/var/log/pods",
    )
    .replace(/\/tmp\/[a-z-]*cluster[a-z-]*\/containerd/g, "/run/containerd")
    .replace(/\/tmp\/[a-z-]*cluster[a-z-]*\/volumes/g, "/mnt/disks");
}

function slimNode(node: KubernetesObject): KubernetesObject {
  const { images: _images, nodeInfo, ...status } = node["status"] as Record<string, unknown>;
  const info = Object.entries(nodeInfo as Record<string, unknown>).filter(([key]) => nodeFields.includes(key));
  return { ...node, status: { ...status, nodeInfo: Object.fromEntries(info) } };
}

/** Volumes of the scenario itself, those bound in its namespace, and a few of the classes that its claims ask for. */
function wantedVolumes(objects: readonly KubernetesObject[], namespace: string, own: ReadonlySet<string>) {
  const classes = new Set(
    objects
      .filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map((claim) => textAt(claim, "spec", "storageClassName") ?? ""),
  );
  const volumes = objects.filter(({ kind }) => kind === "PersistentVolume");
  const bound = (volume: KubernetesObject) => textAt(volume, "spec", "claimRef", "namespace") === namespace;
  const spare = volumes
    .filter((volume) => classes.has(textAt(volume, "spec", "storageClassName") ?? "") && !bound(volume))
    .filter((volume) => textAt(volume, "status", "phase") === "Available")
    .slice(0, 3);
  return new Set(volumes.filter((volume) => own.has(volume.metadata.name) || bound(volume) || spare.includes(volume)));
}

/**
 * A recording cut to what its case is about: no certificate bundle, no bulk of nodes and volumes, short logs.
 * @param own names of the scenario's objects outside of the namespace.
 */
export function trimSnapshot(snapshot: Snapshot, namespace: string, own: ReadonlySet<string>): Snapshot {
  const volumes = wantedVolumes(snapshot.objects, namespace, own);
  const wanted = (object: KubernetesObject): boolean => {
    switch (object.kind) {
      case "ConfigMap":
        return object.metadata.name !== "kube-root-ca.crt";
      case "PersistentVolume":
        return volumes.has(object);
      case "StorageClass":
      case "IngressClass":
        return (
          own.has(object.metadata.name) ||
          at(object, "metadata", "annotations", "storageclass.kubernetes.io/is-default-class") === "true"
        );
      default:
        return true;
    }
  };
  const slim = (object: KubernetesObject): KubernetesObject => {
    const found = object.kind === "Node" && listAt(object, "status", "images").length > 0 ? slimNode(object) : object;
    const { resourceVersion: _version, ...metadata } = found.metadata;
    return JSON.parse(withUsualPaths(JSON.stringify({ ...found, metadata }))) as KubernetesObject;
  };
  return {
    ...snapshot,
    objects: snapshot.objects.filter(wanted).map(slim),
    events: snapshot.events.map(slim),
    logs: snapshot.logs.map((log) => ({ ...log, lines: log.lines.slice(-mostLines).map(withUsualPaths) })),
  };
}
