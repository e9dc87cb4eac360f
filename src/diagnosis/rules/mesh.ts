import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence, logEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { resolveService } from "../resolve-service.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";
import { selects } from "../workload-health.js";
import { textsAt } from "../texts-at.js";

const rules = describeRules("mesh", [
  [
    "mesh-mtls-mismatch",
    "A client is told not to use the TLS that the server asks for",
    "DestinationRule with tls mode DISABLE to a host whose PeerAuthentication is STRICT",
    "propose",
  ],
  [
    "mesh-sidecar-missing",
    "A pod is outside the mesh that asks for TLS",
    "PeerAuthentication STRICT, injection on, and a pod of the namespace without its sidecar; its log tells of connections that are reset",
    "propose",
  ],
  [
    "mesh-authorization-denied",
    "The mesh's policy refuses the call",
    'log or proxy log says "RBAC: access denied"; an AuthorizationPolicy selects the server',
    "propose",
  ],
]);

const ofIstio =
  (group: string) =>
  ({ apiVersion }: KubernetesObject) =>
    apiVersion.startsWith(`${group}.istio.io/`);
const strict = (policy: KubernetesObject) => textAt(policy, "spec", "mtls", "mode") === "STRICT";

/** The policy that asks for mutual TLS in a namespace; one of the mesh's root namespace counts everywhere. */
function strictIn(model: ScopeModel, namespace: string | undefined): KubernetesObject | undefined {
  const all = model.list("PeerAuthentication").filter(ofIstio("security"));
  const own = all.filter(
    (policy) => policy.metadata.namespace === namespace && at(policy, "spec", "selector") === undefined,
  );
  return own.length > 0
    ? own.find(strict)
    : all.find((policy) => policy.metadata.namespace === "istio-system" && strict(policy));
}

function mismatch(model: ScopeModel, rule: KubernetesObject): Cause[] {
  const mode = textAt(rule, "spec", "trafficPolicy", "tls", "mode");
  const host = textAt(rule, "spec", "host") ?? "";
  if (mode !== "DISABLE" || host === "") return [];
  const { service, namespace } = resolveService(model, host, rule.metadata.namespace);
  const policy = strictIn(model, service?.metadata.namespace ?? namespace);
  if (!policy) return [];
  return [
    buildCause(model, {
      causeId: "mesh-mtls-mismatch",
      object: rule,
      pods: [],
      summary: `DestinationRule ${rule.metadata.name} makes clients call ${host} without TLS, and PeerAuthentication ${policy.metadata.name} asks for it (STRICT)`,
      evidence: [
        fieldEvidence(rule, "spec.trafficPolicy.tls.mode", "DISABLE"),
        fieldEvidence(policy, "spec.mtls.mode", "STRICT"),
      ],
      effects: service
        ? [{ object: refOf(service), summary: `Service ${service.metadata.name} refuses its clients` }]
        : [],
    }),
  ];
}

const isProxy = ({ name }: ContainerState) => name === "istio-proxy";

/** Injection happens when a pod is made: one that is older than the label, or opted out, stays outside. */
function outside(model: ScopeModel): Cause[] {
  const found = new Map<KubernetesObject, KubernetesObject[]>();
  for (const pod of model.pods) {
    const { namespace } = pod.metadata;
    if (!strictIn(model, namespace) || model.containersIn(pod).some(isProxy)) continue;
    if (at(pod, "spec", "hostNetwork") === true || model.controllerOf(pod)?.kind === "Job") continue;
    const home = model.find("Namespace", undefined, namespace ?? "");
    const labels = home?.metadata.labels ?? {};
    const meant = labels["istio-injection"] === "enabled" || labels["istio.io/rev"] !== undefined;
    const peers = model.pods.some(
      (other) => other.metadata.namespace === namespace && model.containersIn(other).some(isProxy),
    );
    if (!meant && !peers) continue;
    const owner = model.topOwner(pod);
    found.set(owner, [...(found.get(owner) ?? []), pod]);
  }
  return [...found].map(([owner, pods]) => {
    const policy = strictIn(model, owner.metadata.namespace) as KubernetesObject;
    const [first] = pods as [KubernetesObject];
    // Only as a client it suffers: the policy is kept by the sidecar of whoever it calls.
    const suffers = pods.some((pod) => isCutOff(model, pod));
    return buildCause(model, {
      causeId: "mesh-sidecar-missing",
      object: owner,
      pods,
      summary: `${owner.metadata.name} has no sidecar, and PeerAuthentication ${policy.metadata.name} takes only calls through one (STRICT)`,
      evidence: [
        fieldEvidence(first, "spec.containers", "no istio-proxy"),
        fieldEvidence(policy, "spec.mtls.mode", "STRICT"),
      ],
      confidence: "likely",
      ...(suffers ? {} : { severity: "warning" as const, effects: [], explains: [] }),
    });
  });
}

const cutOff =
  /connection reset|ECONNRESET|upstream connect error|empty reply from server|unexpected EOF|socket hang up/i;

function isCutOff(model: ScopeModel, pod: KubernetesObject): boolean {
  return model
    .containersIn(pod)
    .some((container) =>
      model.logsOf(container).some(({ lines }) => lines.slice(-300).some((line) => cutOff.test(line.slice(0, 1_000)))),
    );
}

const denied = /RBAC: access denied|rbac_access_denied_matched_policy/;

function refused(model: ScopeModel): Cause[] {
  const policies = model.list("AuthorizationPolicy").filter(ofIstio("security"));
  if (policies.length === 0) return [];
  for (const container of model.containers) {
    for (const { lines, previous } of model.logsOf(container)) {
      const line = lines.slice(-500).findLast((text) => denied.test(text));
      if (line === undefined) continue;
      const { labels, namespace } = container.pod.metadata;
      const named = policies.find(({ metadata }) => line.includes(metadata.name));
      const own = policies.filter((policy) => {
        const wanted = Object.entries(textsAt(policy, "spec", "selector", "matchLabels"));
        return policy.metadata.namespace === namespace && wanted.every(([key, value]) => labels?.[key] === value);
      });
      const policy =
        named ?? own.find((entry) => isProxy(container) || listAt(entry, "spec", "rules").length === 0) ?? policies[0];
      if (!policy) continue;
      const services = model
        .list("Service", namespace)
        .filter((service) => own.length > 0 && selects(service, labels))
        .map((service) => ({
          object: refOf(service),
          summary: `Service ${service.metadata.name} refuses its clients`,
        }));
      return [
        buildCause(model, {
          causeId: "mesh-authorization-denied",
          object: policy,
          pods: [],
          symptom: container.pod,
          summary: `AuthorizationPolicy ${policy.metadata.name} refuses calls: ${line.trim().slice(0, 200)}`,
          evidence: [
            logEvidence(container, previous, line),
            fieldEvidence(policy, "spec", JSON.stringify(policy["spec"] ?? {})),
          ],
          confidence: named || own.length === 1 || policies.length === 1 ? "confirmed" : "likely",
          effects: services,
        }),
      ];
    }
  }
  return [];
}

/** What a service mesh (Istio's resources) keeps from reaching its goal. */
export const meshFamily: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...model
      .list("DestinationRule")
      .filter(ofIstio("networking"))
      .flatMap((rule) => mismatch(model, rule)),
    ...outside(model),
    ...refused(model),
  ],
};
