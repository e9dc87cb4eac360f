import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { conditionEvidence, conditionOf, fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("gateway", [
  ["gateway-not-programmed", "Gateway is not set up", "Gateway condition Accepted or Programmed False", "propose"],
  [
    "gateway-refs-unresolved",
    "A reference of a route or listener leads nowhere",
    "ResolvedRefs=False of a route's parent or a Gateway's listener",
    "propose",
  ],
  ["gateway-route-not-accepted", "Route is not attached", "Accepted=False of a route's parent", "propose"],
]);

const routes = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];
const ofGatewayApi = ({ apiVersion }: KubernetesObject) => apiVersion.startsWith("gateway.networking.k8s.io/");

function failing(conditions: readonly unknown[], type: string): unknown {
  return conditions.find((entry) => textAt(entry, "type") === type && textAt(entry, "status") === "False");
}

function build(
  model: ScopeModel,
  object: KubernetesObject,
  causeId: string,
  path: string,
  condition: unknown,
  says: string,
): Cause {
  const [reason, message] = [textAt(condition, "reason") ?? "", textAt(condition, "message") ?? ""];
  return buildCause(model, {
    causeId,
    object,
    pods: [],
    summary: `${object.kind} ${object.metadata.name} ${says}: ${reason}${message === "" ? "" : `: ${message}`}`,
    evidence: [
      {
        ...fieldEvidence(object, path, `${textAt(condition, "type") ?? ""}=False ${reason}: ${message}`),
        source: "condition",
      },
    ],
    since: textAt(condition, "lastTransitionTime"),
  });
}

/** @see https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus */
function explainRoute(model: ScopeModel, route: KubernetesObject): Cause[] {
  for (const [index, parent] of listAt(route, "status", "parents").entries()) {
    const conditions = listAt(parent, "conditions");
    const gateway = textAt(parent, "parentRef", "name") ?? "its Gateway";
    const path = `status.parents[${index}].conditions`;
    const unresolved = failing(conditions, "ResolvedRefs");
    if (unresolved !== undefined)
      return [build(model, route, "gateway-refs-unresolved", path, unresolved, "refers to what is not there")];
    const refused = failing(conditions, "Accepted");
    if (refused !== undefined)
      return [build(model, route, "gateway-route-not-accepted", path, refused, `is not attached to ${gateway}`)];
  }
  return [];
}

function explainGateway(model: ScopeModel, gateway: KubernetesObject): Cause[] {
  const broken = ["Accepted", "Programmed"].find((type) => conditionOf(gateway, type)?.status === "False");
  const listener = listAt(gateway, "status", "listeners").find(
    (entry) => failing(listAt(entry, "conditions"), "ResolvedRefs") !== undefined,
  );
  if (listener !== undefined) {
    const condition = failing(listAt(listener, "conditions"), "ResolvedRefs");
    const says = `has a listener ${textAt(listener, "name") ?? ""} that refers to what is not there`;
    return [build(model, gateway, "gateway-refs-unresolved", "status.listeners", condition, says)];
  }
  if (broken === undefined || model.ageOf(gateway) < 120_000) return [];
  const condition = conditionOf(gateway, broken);
  return [
    buildCause(model, {
      causeId: "gateway-not-programmed",
      object: gateway,
      pods: [],
      summary:
        `Gateway ${gateway.metadata.name} is not set up: ${condition?.reason ?? ""} ${condition?.message ?? ""}`.trim(),
      evidence: conditionEvidence(gateway, broken),
      since: condition?.since,
    }),
  ];
}

/** What the controllers of the Gateway API say of its objects. */
export const gatewayFamily: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...model
      .list("Gateway")
      .filter(ofGatewayApi)
      .flatMap((gateway) => explainGateway(model, gateway)),
    ...routes
      .flatMap((kind) => model.list(kind))
      .filter(ofGatewayApi)
      .flatMap((route) => explainRoute(model, route)),
  ],
};
