import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import type { Snapshot } from "../../domain/snapshot.js";
import { decideBlock, decideDnsBlock } from "../decide-network-policy.js";
import { readyBehind } from "../resolve-service.js";
import { refText, type ScopeModel } from "../scope-model.js";
import { textsAt } from "../texts-at.js";
import { isReady } from "../workload-health.js";
import { scopedModel } from "./scoped-model.js";

const mostPods = 5;
const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"] as const;

/** The pods that a name stands for; of a workload without any, one as its template would make it. */
function clientsOf(model: ScopeModel, namespace: string, name: string): KubernetesObject[] {
  const pod = model.find("Pod", namespace, name);
  if (pod) return [pod];
  for (const kind of workloadKinds) {
    const workload = model.find(kind, namespace, name);
    if (!workload) continue;
    const pods = model.podsOf(workload);
    if (pods.length > 0) return pods.slice(0, mostPods);
    const path = kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : ["spec", "template"];
    const labels = textsAt(workload, ...path, "metadata", "labels");
    return [{ apiVersion: "v1", kind: "Pod", metadata: { name: `${name} (as its template)`, namespace, labels } }];
  }
  return [];
}

/** The number of a pod's own port behind a port of a Service; undefined where the pod names no such port. */
function podPort(pod: KubernetesObject, port: unknown): number | undefined {
  const target = at(port, "targetPort") ?? numberAt(port, "port");
  if (typeof target === "number") return target;
  const declared = listAt(pod, "spec", "containers").flatMap((container) => listAt(container, "ports"));
  return numberAt(
    declared.find((entry) => textAt(entry, "name") === target),
    "containerPort",
  );
}

/** The port of a Service that is asked for; a headless one passes any port on to its pods. */
function offered(service: KubernetesObject, port: number): { entry: unknown; line: string } | string {
  const all = listAt(service, "spec", "ports");
  const entry = all.find((candidate) => numberAt(candidate, "port") === port);
  const ports = all.flatMap((candidate) => numberAt(candidate, "port") ?? []).join(", ");
  if (textAt(service, "spec", "clusterIP") === "None")
    return { entry: { port }, line: `it is headless: port ${port} is that of its pods (it lists ${ports || "none"})` };
  if (entry !== undefined) {
    const target = textAt(entry, "targetPort") ?? numberAt(entry, "targetPort") ?? port;
    return { entry, line: `port ${port} is offered and goes to port ${target} of its pods` };
  }
  return `blocked: it does not offer port ${port}; it offers ${ports || "none"}`;
}

/** Whether any pod behind a Service takes what is sent to it, in one line. */
function describeBackends(model: ScopeModel, service: KubernetesObject, port: unknown): string {
  const pods = model.podsBehind(service);
  const ready = readyBehind(model, service);
  if (pods.length === 0) {
    if (ready > 0) return `its EndpointSlices name ${ready} ready endpoints`;
    const selector = Object.entries(textsAt(service, "spec", "selector"));
    const shown = selector.map(([key, value]) => `${key}=${value}`).join(",");
    if (shown === "") return "not known: it has no selector, and no endpoint of it was read";
    return `${model.knows("Pod") ? "blocked" : "not known"}: no pod that was read has its selector's labels ${shown}`;
  }
  const unready = pods.filter((pod) => !isReady(pod)).map(({ metadata }) => metadata.name);
  const names = unready.length > 0 ? ` (not ready: ${unready.slice(0, mostPods).join(", ")})` : "";
  const line = `${ready} of ${pods.length} pods behind it are ready${names}`;
  if (ready === 0 && at(service, "spec", "publishNotReadyAddresses") !== true) return `blocked: ${line}`;
  if (pods.every((pod) => podPort(pod, port) === undefined))
    return `blocked: ${line}, but none of their containers has a port named ${textAt(port, "targetPort") ?? ""}`;
  return line;
}

/** Policies between some clients and the pods behind a Service, each named once. */
function describeBlocks(
  model: ScopeModel,
  clients: readonly KubernetesObject[],
  service: KubernetesObject,
  port: unknown,
): string[] {
  const lines = new Set<string>();
  for (const client of clients) {
    const dns = decideDnsBlock(model, client);
    if (dns) lines.add(`blocked: ${refText(dns.policy)} keeps ${client.metadata.name} from asking DNS for its name`);
    for (const server of model.podsBehind(service).slice(0, mostPods)) {
      const block = client === server ? undefined : decideBlock(model, client, server, podPort(server, port));
      if (!block) continue;
      const way = block.causeId === "networkpolicy-blocks-egress" ? "egress" : "ingress";
      lines.add(
        `blocked: ${refText(block.policy)} (${way}) keeps ${client.metadata.name} from ${server.metadata.name}, and no other policy lets it through`,
      );
    }
  }
  return [...lines].slice(0, 10);
}

/**
 * The way from a pod or workload to a port of a Service of the same namespace, step by step, as far as the snapshot
 * tells: nothing is tried. Null where there is no such pod or workload.
 */
export function checkPath(
  snapshot: Snapshot,
  namespace: string,
  { from, service: name, port }: { from: string; service: string; port: number },
): string[] | null {
  const model = scopedModel(snapshot, namespace);
  const clients = clientsOf(model, namespace, from);
  if (clients.length === 0) return null;
  const service = model.find("Service", namespace, name);
  if (!service)
    return [model.knows("Service") ? `blocked: there is no Service ${name}` : "not known: Services were not read"];
  const head = `${refText(service)}, ${textAt(service, "spec", "type") ?? "ClusterIP"}, from ${clients
    .map(({ metadata }) => metadata.name)
    .join(", ")}`;
  if (textAt(service, "spec", "type") === "ExternalName")
    return [
      head,
      `it is another name for ${textAt(service, "spec", "externalName") ?? "nothing"}; what is there is not known`,
    ];
  const found = offered(service, port);
  if (typeof found === "string") return [head, found];
  const steps = [
    describeBackends(model, service, found.entry),
    ...describeBlocks(model, clients, service, found.entry),
    ...(model.knows("NetworkPolicy") ? [] : ["not known: NetworkPolicies were not read"]),
  ];
  const blocked = steps.some((step) => step.startsWith("blocked: "));
  return [
    head,
    found.line,
    ...steps,
    blocked ? "so an obstacle is seen" : "so no obstacle is seen in what was read",
    "not looked at: the nodes' network, a service mesh, whether the program listens",
  ];
}
