import { at, type KubernetesObject, listAt, numberAt } from "../domain/kubernetes-object.js";
import { matchesSelector } from "./matches-selector.js";
import type { ScopeModel } from "./scope-model.js";

/** A policy that keeps one pod from reaching another. */
export interface Block {
  causeId: "networkpolicy-blocks-ingress" | "networkpolicy-blocks-egress" | "networkpolicy-blocks-dns";
  policy: KubernetesObject;
}

type Direction = "ingress" | "egress";

function isolates(policy: KubernetesObject, pod: KubernetesObject, direction: Direction): boolean {
  const types = listAt(policy, "spec", "policyTypes").map((type) => String(type).toLowerCase());
  const applies =
    types.length > 0
      ? types.includes(direction)
      : direction === "ingress" || at(policy, "spec", "egress") !== undefined;
  return applies && matchesSelector(at(policy, "spec", "podSelector"), pod.metadata.labels) === true;
}

/** Does a peer of a rule take a pod? What cannot be told from the snapshot (addresses, namespaces) counts as taken. */
function takes(model: ScopeModel, policy: KubernetesObject, peer: unknown, pod: KubernetesObject): boolean {
  if (at(peer, "ipBlock") !== undefined) return true;
  const namespaces = at(peer, "namespaceSelector");
  if (namespaces === undefined) {
    if (pod.metadata.namespace !== policy.metadata.namespace) return false;
  } else {
    const namespace = model.find("Namespace", undefined, pod.metadata.namespace ?? "");
    const labels = namespace?.metadata.labels ?? { "kubernetes.io/metadata.name": pod.metadata.namespace ?? "" };
    const known = namespace !== undefined || onlyByName(namespaces);
    if (known && matchesSelector(namespaces, labels) === false) return false;
  }
  const pods = at(peer, "podSelector");
  return pods === undefined || matchesSelector(pods, pod.metadata.labels) !== false;
}

function onlyByName(selector: unknown): boolean {
  const keys = Object.keys(at(selector, "matchLabels") ?? {});
  return (
    keys.every((key) => key === "kubernetes.io/metadata.name") && listAt(selector, "matchExpressions").length === 0
  );
}

function portAllowed(rule: unknown, port: number | undefined): boolean {
  const ports = listAt(rule, "ports");
  if (ports.length === 0 || port === undefined) return true;
  return ports.some((entry) => {
    const first = at(entry, "port");
    if (typeof first !== "number") return true;
    return port >= first && port <= (numberAt(entry, "endPort") ?? first);
  });
}

/** The policies of a pod in one direction, where none of their rules lets the other pod and port through. */
function blockedBy(
  model: ScopeModel,
  pod: KubernetesObject,
  other: KubernetesObject | undefined,
  port: number | undefined,
  direction: Direction,
): KubernetesObject | undefined {
  const policies = model
    .list("NetworkPolicy", pod.metadata.namespace)
    .filter((policy) => isolates(policy, pod, direction));
  const allows = policies.some((policy) =>
    listAt(policy, "spec", direction).some((rule) => {
      const peers = listAt(rule, direction === "ingress" ? "from" : "to");
      const peer =
        peers.length === 0 || other === undefined || peers.some((entry) => takes(model, policy, entry, other));
      return peer && portAllowed(rule, port);
    }),
  );
  return allows ? undefined : policies[0];
}

/**
 * The policy that keeps a client from a pod behind a Service; undefined where none surely does.
 * @param port the pod's own port, as policies see it.
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function decideBlock(
  model: ScopeModel,
  client: KubernetesObject,
  server: KubernetesObject,
  port: number | undefined,
): Block | undefined {
  const out = blockedBy(model, client, server, port, "egress");
  if (out) return { causeId: "networkpolicy-blocks-egress", policy: out };
  const into = blockedBy(model, server, client, port, "ingress");
  return into && { causeId: "networkpolicy-blocks-ingress", policy: into };
}

/** The policy that keeps a client from asking any DNS server. */
export function decideDnsBlock(model: ScopeModel, client: KubernetesObject): Block | undefined {
  const out = blockedBy(model, client, undefined, 53, "egress");
  return out && { causeId: "networkpolicy-blocks-dns", policy: out };
}
