import type { Confidence } from "../domain/diagnosis.js";
import { at, type KubernetesObject, listAt, type ObjectRef, textAt } from "../domain/kubernetes-object.js";
import { fieldEvidence, type Finding } from "./build-evidence.js";
import type { LogClass } from "./classify-log.js";
import type { ContainerState } from "./container-state.js";
import { type Block, decideBlock, decideDnsBlock } from "./decide-network-policy.js";
import { isNearName } from "./near-name.js";
import { type Peer, parsePeer, parseUnknownHost } from "./parse-peer.js";
import { portsOf, readyBehind, resolveService, scaledToZeroBehind, targetOf } from "./resolve-service.js";
import { refOf, type ScopeModel } from "./scope-model.js";
import { isDns, isReady, replicasOf } from "./workload-health.js";

/** What a line about a connection comes to, once the cluster was asked. */
export interface Dependency {
  causeId: string;
  says: string;
  confidence: Confidence;
  evidence: Finding[];
  dependsOn?: ObjectRef;
  /** What a person would change, where it is not the program that waits. */
  object?: KubernetesObject;
}

const loopback = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;

function near(model: ScopeModel, namespace: string | undefined, name: string): string {
  const names = model
    .list("Service", namespace)
    .map(({ metadata }) => metadata.name)
    .filter((other) => isNearName(other, name) || sharesStem(other, name));
  return names.length > 0 ? `; there is ${names.slice(0, 3).join(", ")}` : "";
}

function sharesStem(left: string, right: string): boolean {
  const stem = left.split("-")[0] ?? "";
  return stem.length >= 3 && stem === right.split("-")[0];
}

/** A policy drops packets: the client waits, and is never refused. */
const waitsInVain =
  /time[d ]?[- ]?out|ETIMEDOUT|EAI_AGAIN|Temporary failure|deadline exceeded|no servers could be reached/i;

function blocked(block: Block, says: string): Dependency {
  const { policy } = block;
  return {
    causeId: block.causeId,
    says: `${says}: NetworkPolicy ${policy.metadata.name} does not allow it`,
    confidence: "likely",
    evidence: [fieldEvidence(policy, "spec", JSON.stringify(policy["spec"] ?? {}))],
    object: policy,
  };
}

/** How a pod comes to ask other name servers than the cluster's, which alone know its Services; undefined where it asks them. */
function ownDns(model: ScopeModel, pod: KubernetesObject): string | undefined {
  const policy = textAt(pod, "spec", "dnsPolicy") ?? "ClusterFirst";
  if (policy === "Default") return "dnsPolicy Default";
  if (policy === "ClusterFirst" && at(pod, "spec", "hostNetwork") === true)
    return "dnsPolicy ClusterFirst with hostNetwork";
  if (policy !== "None") return undefined;
  const servers = listAt(pod, "spec", "dnsConfig", "nameservers").map(String);
  const cluster = model.list("Service", "kube-system").map((service) => textAt(service, "spec", "clusterIP"));
  return servers.some((server) => cluster.includes(server))
    ? undefined
    : `dnsPolicy None, nameservers ${servers.join(", ")}`;
}

const asksInVain = /EAI_AGAIN|Temporary failure in name resolution|server misbehaving|SERVFAIL|i\/o timeout|timed out/i;

/** The workload of the cluster's DNS, a stand-in where it was not read, and whether all of it is down. */
function clusterDns(model: ScopeModel): { object: KubernetesObject; down: boolean } {
  const known = model.list("Deployment", "kube-system").find(isDns);
  const metadata = { name: "coredns", namespace: "kube-system" };
  return {
    object: known ?? { apiVersion: "apps/v1", kind: "Deployment", metadata },
    down: known !== undefined && replicasOf(known)?.available === 0,
  };
}

function unresolved(model: ScopeModel, client: KubernetesObject, line: string): Dependency {
  const from = client.metadata.namespace;
  const host = parseUnknownHost(line);
  const noDns = waitsInVain.test(line) ? decideDnsBlock(model, client) : undefined;
  if (noDns) return blocked(noDns, `the name ${host ?? "that it needs"} cannot be resolved`);
  if (host === null)
    return { causeId: "host-not-resolved", says: "a host name cannot be resolved", confidence: "likely", evidence: [] };
  const { service, inCluster, name, namespace } = resolveService(model, host, from);
  const own = service && ownDns(model, client);
  if (own !== undefined)
    return {
      causeId: "pod-dns-misconfigured",
      says: `the name ${host} cannot be resolved: its pods do not ask the cluster's DNS (${own})`,
      confidence: "confirmed",
      evidence: [fieldEvidence(client, "spec.dnsPolicy", own)],
    };
  const dns = clusterDns(model);
  // That a name server does not answer says nothing about the name.
  if (service && (asksInVain.test(line) || dns.down))
    return {
      causeId: "cluster-dns-failure",
      says: `the name ${host} cannot be resolved, although Service ${name} exists: cluster DNS ${dns.down ? "is down" : "does not answer"}`,
      confidence: dns.down ? "confirmed" : "likely",
      evidence: [],
      object: dns.object,
    };
  if (service) {
    const ready = readyBehind(model, service);
    return {
      causeId: "host-not-resolved",
      says: `the name ${host} cannot be resolved, although Service ${name} exists${ready === 0 ? " (without ready endpoints)" : ""}`,
      confidence: "likely",
      evidence: [fieldEvidence(service, "spec.clusterIP", `${ready} ready endpoints`)],
      dependsOn: refOf(service),
    };
  }
  const read = model.knows("Service") && (namespace === from || model.list("Service", namespace).length > 0);
  const gone = inCluster && read;
  return {
    causeId: "host-not-resolved",
    says: gone
      ? `the name ${host} cannot be resolved: there is no Service ${name} in ${namespace ?? "its namespace"}${near(model, namespace, name)}`
      : `the name ${host} cannot be resolved`,
    confidence: gone ? "confirmed" : "likely",
    evidence: [],
  };
}

function unreachable(model: ScopeModel, client: KubernetesObject, peer: Peer, line: string): Dependency {
  const from = client.metadata.namespace;
  const { host, port } = peer;
  const where = port === undefined ? host : `${host}:${port}`;
  const { service, name } = resolveService(model, host, from);
  const plain = (says: string): Dependency => ({
    causeId: "dependency-unreachable",
    says,
    confidence: "likely",
    evidence: [],
  });
  if (!service) {
    return plain(
      loopback.test(host)
        ? `cannot reach ${where}: nothing listens on that port in its own pod`
        : `cannot reach ${where}, which is no Service of the snapshot`,
    );
  }
  const ports = portsOf(service);
  if (port !== undefined && ports.length > 0 && !ports.includes(port))
    return {
      causeId: "dependency-wrong-port",
      says: `cannot reach ${where}: Service ${name} has no port ${port}; it has ${ports.slice(0, 5).join(", ")}`,
      confidence: "confirmed",
      evidence: [fieldEvidence(service, "spec.ports", `ports ${ports.join(", ")}`)],
    };
  const zero = scaledToZeroBehind(model, service);
  const ready = readyBehind(model, service);
  const server = model.podsBehind(service).find(isReady);
  const block =
    server && waitsInVain.test(line) ? decideBlock(model, client, server, targetOf(service, port)) : undefined;
  if (block) return blocked(block, `cannot reach ${where}, although Service ${name} has ${ready} ready endpoints`);
  if (ready === 0 && zero)
    return {
      causeId: "scaled-to-zero",
      says: `${zero.kind} ${zero.metadata.name} behind Service ${name} is scaled to zero`,
      confidence: "confirmed",
      evidence: [fieldEvidence(zero, "spec.replicas", "0")],
      object: zero,
    };
  return {
    causeId: "dependency-unreachable",
    says: `cannot reach ${where}: Service ${name} has ${ready === 0 ? "no ready endpoints" : `${ready} ready endpoints`}`,
    confidence: ready === 0 ? "confirmed" : "likely",
    evidence: [fieldEvidence(service, "spec.selector", `${ready} ready endpoints`)],
    dependsOn: refOf(service),
  };
}

/** Why a container cannot reach what its log names: a wrong name, a wrong port, or something that is down. */
export function decideDependency(model: ScopeModel, container: ContainerState, found: LogClass): Dependency {
  if (found.kind === "host") return unresolved(model, container.pod, found.line);
  const peer = parsePeer(found.line);
  if (peer) return unreachable(model, container.pod, peer, found.line);
  return {
    causeId: "dependency-unreachable",
    says: "something that it needs cannot be reached",
    confidence: "likely",
    evidence: [],
  };
}
