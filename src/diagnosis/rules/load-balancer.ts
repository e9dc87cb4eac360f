import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { eventEvidence, fieldEvidence } from "../build-evidence.js";
import { eventReason, eventText } from "../event-text.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("load-balancer", [
  [
    "loadbalancer-quota-exceeded",
    "No load balancer can be made: quota",
    "LoadBalancer without an address; event SyncLoadBalancerFailed names a quota or limit",
  ],
  [
    "loadbalancer-no-provider",
    "Nobody makes load balancers",
    "LoadBalancer without an address and without any event for a minute",
    "advise",
    "warning",
  ],
  [
    "traffic-policy-no-local-endpoint",
    "Local traffic policy without a local pod",
    "internalTrafficPolicy Local, and pods of the namespace run on nodes that have no ready pod of the Service",
    "propose",
    "warning",
  ],
]);

const patienceMs = 60_000;
const quota = /quota|limit exceeded|LimitExceeded|TooMany\w{0,30}|insufficient .{0,40}(?:address|capacity)/i;

function withoutAddress(model: ScopeModel, service: KubernetesObject): Cause[] {
  if (textAt(service, "spec", "type") !== "LoadBalancer" || model.ageOf(service) < patienceMs) return [];
  if (listAt(service, "status", "loadBalancer", "ingress").length > 0) return [];
  const failed = model.eventsOf(service).findLast((event) => eventReason(event) === "SyncLoadBalancerFailed");
  const { name } = service.metadata;
  const none = fieldEvidence(service, "status.loadBalancer", "no address");
  if (failed && quota.test(eventText(failed)))
    return [
      buildCause(model, {
        causeId: "loadbalancer-quota-exceeded",
        object: service,
        pods: [],
        summary: `Service ${name} gets no load balancer: ${eventText(failed)}`,
        evidence: [eventEvidence(failed, service), none],
        since: service.metadata.creationTimestamp ?? undefined,
      }),
    ];
  // Whoever makes load balancers says so with an event, even if it fails.
  if (model.eventsOf(service).length > 0 || model.snapshot.meta.sources.events === "absent") return [];
  return [
    buildCause(model, {
      causeId: "loadbalancer-no-provider",
      object: service,
      pods: [],
      summary: `Service ${name} waits for a load balancer, and nobody in the cluster makes one`,
      evidence: [none, fieldEvidence(service, "spec.type", "LoadBalancer")],
      confidence: "likely",
      severity: "warning",
      since: service.metadata.creationTimestamp ?? undefined,
    }),
  ];
}

const nodeOf = (pod: KubernetesObject) => textAt(pod, "spec", "nodeName");

function withoutLocal(model: ScopeModel, service: KubernetesObject): Cause[] {
  if (textAt(service, "spec", "internalTrafficPolicy") !== "Local") return [];
  const ready = model.podsBehind(service).filter(isReady);
  if (ready.length === 0) return [];
  const served = new Set(ready.map(nodeOf));
  const cut = model.pods.filter(
    (pod) =>
      pod.metadata.namespace === service.metadata.namespace &&
      isReady(pod) &&
      nodeOf(pod) !== undefined &&
      !served.has(nodeOf(pod)),
  );
  const nodes = [...new Set(cut.flatMap((pod) => nodeOf(pod) ?? []))];
  if (nodes.length === 0) return [];
  const { name } = service.metadata;
  return [
    buildCause(model, {
      causeId: "traffic-policy-no-local-endpoint",
      object: service,
      pods: [],
      summary: `Service ${name} is reached only from nodes with a pod of its own (internalTrafficPolicy Local): ${nodes.slice(0, 3).join(", ")} has none, and pods of the namespace run there`,
      evidence: [
        fieldEvidence(service, "spec.internalTrafficPolicy", "Local"),
        fieldEvidence(service, "spec.selector", `ready pods on ${[...served].join(", ")}`),
      ],
      confidence: "likely",
      severity: "warning",
    }),
  ];
}

/** Services whose way in from outside, or from another node, is not there. */
export const loadBalancerFamily: RuleFamily = {
  rules,
  evaluate: (model) =>
    model
      .list("Service")
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .flatMap((service) => [...withoutAddress(model, service), ...withoutLocal(model, service)]),
};
