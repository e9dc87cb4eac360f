import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady } from "../workload-health.js";

const rules = describeRules("rollout", [
  [
    "rollout-strategy-blocked",
    "The strategy leaves the rollout no way",
    "a new pod cannot be scheduled beside the old ones (host port, anti-affinity), and maxUnavailable 0 keeps these",
    "propose",
  ],
]);

/** How many pods the strategy lets go at a time; a share is rounded down, and 25 % is the default. */
function unavailable(deployment: KubernetesObject): number {
  const most = at(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable") ?? "25%";
  const replicas = numberAt(deployment, "spec", "replicas") ?? 1;
  if (typeof most === "number") return most;
  const share = typeof most === "string" ? /^(\d{1,3})%$/.exec(most)?.[1] : undefined;
  return share === undefined ? 1 : Math.floor((Number(share) * replicas) / 100);
}

const keepsApart =
  /didn't have free ports|didn't match pod anti-affinity rules|didn't satisfy existing pods anti-affinity/;

function blocked(model: ScopeModel, deployment: KubernetesObject): Cause[] {
  if (textAt(deployment, "spec", "strategy", "type") === "Recreate" || unavailable(deployment) > 0) return [];
  const [newest] = model.revisions(deployment);
  if (!newest) return [];
  const all = model.list("Pod", deployment.metadata.namespace).filter((pod) => model.topOwner(pod) === deployment);
  const isNew = (pod: KubernetesObject) => model.controllerOf(pod)?.name === newest.metadata.name;
  const waiting = all.filter((pod) => isNew(pod) && textAt(pod, "spec", "nodeName") === undefined);
  const old = all.filter((pod) => !isNew(pod) && isReady(pod));
  const [first] = waiting;
  if (!first || old.length < (numberAt(deployment, "spec", "replicas") ?? 1)) return [];
  const said = listAt(first, "status", "conditions")
    .filter((condition) => textAt(condition, "type") === "PodScheduled")
    .map((condition) => textAt(condition, "message") ?? "")
    .find((message) => keepsApart.test(message));
  if (said === undefined) return [];
  return [
    buildCause(model, {
      causeId: "rollout-strategy-blocked",
      object: deployment,
      pods: waiting,
      summary: `${deployment.metadata.name}: its new pod fits no node beside the old ones, and maxUnavailable ${unavailable(deployment)} lets none of these go first: ${said}`,
      evidence: [
        fieldEvidence(first, "status.conditions", said),
        fieldEvidence(
          deployment,
          "spec.strategy.rollingUpdate",
          JSON.stringify(at(deployment, "spec", "strategy", "rollingUpdate") ?? "defaults"),
        ),
      ],
      confidence: "likely",
      ruledOut: [{ causeId: "host-port-conflict", because: "what is in the way are its own old pods" }],
      effects: [],
      explains: [...waiting, deployment],
    }),
  ];
}

/** Rollouts whose own old pods are in their way. */
export const rolloutStrategyFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    model
      .list("Deployment")
      .filter((deployment) => !explained.has(deployment) && deployment.metadata.deletionTimestamp === undefined)
      .flatMap((deployment) => blocked(model, deployment)),
};
