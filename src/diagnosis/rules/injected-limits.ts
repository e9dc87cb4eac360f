import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { endEvidence, fieldEvidence } from "../build-evidence.js";
import { type ContainerState, crashes, lastEnd } from "../container-state.js";
import { groupContainers } from "../group-containers.js";
import { parseQuantity } from "../parse-quantity.js";
import { describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";

const rules = describeRules("injected-limits", [
  [
    "limits-injected-by-webhook",
    "A webhook lowered the memory limit",
    "OOMKilled with a limit that the pod's template does not have, in a cluster with a webhook that mutates pods",
    "advise",
  ],
]);

function limitOf(container: unknown): string | undefined {
  const limit = at(container, "resources", "limits", "memory");
  return typeof limit === "string" || typeof limit === "number" ? String(limit) : undefined;
}

/** The template that the pod was made from. */
function templateOf(model: ScopeModel, pod: KubernetesObject): unknown {
  const owner = model.controllerOf(pod);
  const parent = owner && model.find(owner.kind, pod.metadata.namespace, owner.name);
  return at(parent ?? model.topOwner(pod), "spec", "template", "spec");
}

function mutators(model: ScopeModel): KubernetesObject[] {
  return model
    .list("MutatingWebhookConfiguration")
    .filter((configuration) =>
      listAt(configuration, "webhooks").some((webhook) =>
        listAt(webhook, "rules").some((rule) =>
          listAt(rule, "resources").some((kind) => kind === "pods" || kind === "*"),
        ),
      ),
    );
}

interface Found {
  key: string;
  has: string;
  template: string | undefined;
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  const end = lastEnd(container);
  if (crashes(container, model.now) === null || end?.reason !== "OOMKilled") return null;
  const spec = templateOf(model, container.pod);
  const meant = [...listAt(spec, "containers"), ...listAt(spec, "initContainers")].find(
    (entry) => textAt(entry, "name") === container.name,
  );
  const [has, template] = [limitOf(container.spec), limitOf(meant)];
  if (meant === undefined || has === undefined || has === template) return null;
  // The namespace's own default does the same, and is no surprise.
  if (template === undefined && model.list("LimitRange", container.pod.metadata.namespace).length > 0) return null;
  const lower = template === undefined || (parseQuantity(has) ?? 0) < (parseQuantity(template) ?? 0);
  return lower ? { key: `${container.name} ${has}`, has, template } : null;
}

/** Containers that are killed for a limit which somebody put between the template and the pod. */
export const injectedLimitsFamily: RuleFamily = {
  rules,
  evaluate(model, explained) {
    const webhooks = mutators(model);
    const [only, ...others] = webhooks;
    if (!only) return [];
    return groupContainers(model, explained, (container) => look(model, container)).map((group) => {
      const { owner, containers, pods, found } = group;
      const [first] = containers;
      const end = lastEnd(first);
      const who = others.length === 0 ? `webhook ${only.metadata.name}` : "a webhook that mutates pods";
      return buildCause(model, {
        causeId: "limits-injected-by-webhook",
        object: others.length === 0 ? only : owner,
        pods,
        containers,
        summary: `${owner.metadata.name}: ${first.name} is killed at a memory limit of ${found.has}, which its template ${found.template === undefined ? "does not set" : `sets to ${found.template}`}: ${who} put it there`,
        evidence: [
          ...(end ? [endEvidence(first, end)] : []),
          fieldEvidence(first.pod, `spec.containers[name=${first.name}].resources.limits.memory`, found.has),
          fieldEvidence(owner, "spec.template.spec.containers", `memory limit ${found.template ?? "none"}`),
        ],
        confidence: "likely",
      });
    });
  },
};
