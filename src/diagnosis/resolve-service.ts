import { at, type KubernetesObject, listAt, numberAt, textAt } from "../domain/kubernetes-object.js";
import type { ScopeModel } from "./scope-model.js";
import { isReady, selects } from "./workload-health.js";
import { textsAt } from "./texts-at.js";

/** The Service that a host name or address means, as seen from a namespace. */
export function resolveService(
  model: ScopeModel,
  host: string,
  from: string | undefined,
): { service: KubernetesObject | undefined; inCluster: boolean; name: string; namespace: string | undefined } {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) {
    const service = model.list("Service").find((entry) => textAt(entry, "spec", "clusterIP") === host);
    return {
      service,
      inCluster: service !== undefined,
      name: service?.metadata.name ?? host,
      namespace: service?.metadata.namespace,
    };
  }
  const [name = "", second, third] = host.toLowerCase().replace(/\.$/, "").split(".");
  if (second === undefined) {
    return { service: model.find("Service", from, name), inCluster: true, name, namespace: from };
  }
  const full = third === "svc";
  const service = model.find("Service", second, name);
  return { service, inCluster: full || service !== undefined, name, namespace: second };
}

/** Ready pods behind a Service; from its EndpointSlices where it has no selector or its pods were not read. */
export function readyBehind(model: ScopeModel, service: KubernetesObject): number {
  const { namespace, name } = service.metadata;
  const pods = model.podsBehind(service);
  if (pods.length > 0) return pods.filter(isReady).length;
  return model
    .list("EndpointSlice", namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === name)
    .flatMap((slice) => listAt(slice, "endpoints"))
    .filter((endpoint) => at(endpoint, "conditions", "ready") !== false).length;
}

/** The workload whose template a Service selects and that is scaled to zero, where no pod is left. */
export function scaledToZeroBehind(model: ScopeModel, service: KubernetesObject): KubernetesObject | undefined {
  return ["Deployment", "StatefulSet"]
    .flatMap((kind) => model.list(kind, service.metadata.namespace))
    .find(
      (workload) =>
        numberAt(workload, "spec", "replicas") === 0 &&
        selects(service, textsAt(workload, "spec", "template", "metadata", "labels")),
    );
}

/** The ports that a Service offers. */
export function portsOf(service: KubernetesObject): number[] {
  return listAt(service, "spec", "ports").flatMap((port) => numberAt(port, "port") ?? []);
}

/** The number of the pods' port behind a port of a Service; undefined where it is a name or not known. */
export function targetOf(service: KubernetesObject, port: number | undefined): number | undefined {
  const found = listAt(service, "spec", "ports").find((entry) => numberAt(entry, "port") === port);
  const target = at(found, "targetPort") ?? numberAt(found, "port");
  return typeof target === "number" ? target : undefined;
}
