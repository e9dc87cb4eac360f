import type { KubernetesObject } from "../domain/kubernetes-object.js";
import { labelOf, type LaidSeries, namespaceOf, podLabels } from "./metric-index.js";
import type { ScopeModel } from "./scope-model.js";
import { textsAt } from "./texts-at.js";
import { selects } from "./workload-health.js";

const podHash = /-[a-z0-9]{6,10}-[a-z0-9]{5}$/;
const ordinal = /-\d{1,3}$/;
const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"] as const;

function named(model: ScopeModel, namespace: string | undefined, name: string): KubernetesObject | undefined {
  for (const kind of workloadKinds) {
    const found = model.find(kind, namespace, name);
    if (found) return found;
  }
  return undefined;
}

/** The workload behind a Service, else the Service. */
export function behindService(model: ScopeModel, service: KubernetesObject): KubernetesObject {
  const [pod] = model.podsBehind(service);
  if (pod) return model.topOwner(pod);
  const { namespace, name } = service.metadata;
  return (
    workloadKinds
      .flatMap((kind) => model.list(kind, namespace))
      .find((workload) => selects(service, textsAt(workload, "spec", "template", "metadata", "labels"))) ??
    named(model, namespace, name) ??
    service
  );
}

/** What a name in a label means: a Service, a workload, or something that the snapshot does not have. */
export function meantBy(model: ScopeModel, namespace: string | undefined, name: string): KubernetesObject {
  const service = model.find("Service", namespace, name);
  if (service) return behindService(model, service);
  const workload = named(model, namespace, name);
  if (workload) return workload;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  return { apiVersion: "", kind: "Service", metadata };
}

function ownerOfPodName(model: ScopeModel, namespace: string | undefined, name: string): KubernetesObject {
  const pod = model.find("Pod", namespace, name);
  if (pod) return model.topOwner(pod);
  const stem = podHash.test(name) ? name.replace(podHash, "") : name.replace(ordinal, "");
  const plain = named(model, namespace, stem) ?? named(model, namespace, stem.replace(/-[a-z0-9]{5}$/, ""));
  return plain ?? meantBy(model, namespace, stem);
}

/** The workload or Service that a series is about; undefined where its labels name none. */
export function ownerOf(model: ScopeModel, labels: LaidSeries["labels"]): KubernetesObject | undefined {
  const namespace = namespaceOf(model, labels);
  const pod = labelOf(labels, ...podLabels);
  if (pod !== undefined) return ownerOfPodName(model, namespace, pod);
  const host = labelOf(labels, "service", "destination_service_name", "service_name", "destination_workload");
  const name = host ?? labelOf(labels, "workload", "deployment", "statefulset", "app", "container", "container_name");
  return name === undefined ? undefined : meantBy(model, namespace, name.split(".")[0] ?? name);
}
