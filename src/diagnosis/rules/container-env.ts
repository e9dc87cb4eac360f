import { at, type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import type { ContainerState } from "../container-state.js";
import { type ContainerGroup, groupContainers } from "../group-containers.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import type { ScopeModel } from "../scope-model.js";
import { isReady, isStarting } from "../workload-health.js";

const rules = describeRules("env", [
  [
    "env-var-shadowed",
    "A literal setting hides one from a ConfigMap",
    "env sets a name that envFrom brings, too, with another value, and the pod is not well",
    "propose",
  ],
  [
    "stale-config",
    "The pod runs with settings from before",
    "a ConfigMap or Secret that its env reads was made again, or changed, after the container was started",
    "propose",
    "warning",
  ],
]);

interface Found {
  key: string;
  causeId: "env-var-shadowed" | "stale-config";
  says: string;
  source: KubernetesObject;
  quote: string;
}

/** The objects that a container's environment comes from; what changes in them reaches only a new container. */
function sourcesOf(model: ScopeModel, container: ContainerState): KubernetesObject[] {
  const { namespace } = container.pod.metadata;
  const refs = [
    ...listAt(container.spec, "envFrom").flatMap((entry) => [
      ["ConfigMap", textAt(entry, "configMapRef", "name")] as const,
      ["Secret", textAt(entry, "secretRef", "name")] as const,
    ]),
    ...listAt(container.spec, "env").flatMap((entry) => [
      ["ConfigMap", textAt(entry, "valueFrom", "configMapKeyRef", "name")] as const,
      ["Secret", textAt(entry, "valueFrom", "secretKeyRef", "name")] as const,
    ]),
  ];
  const found = refs.flatMap(([kind, name]) => (name === undefined ? [] : (model.find(kind, namespace, name) ?? [])));
  return [...new Set(found)];
}

function shadowed(model: ScopeModel, container: ContainerState): Found | null {
  for (const entry of listAt(container.spec, "env")) {
    const name = textAt(entry, "name");
    const value = textAt(entry, "value");
    if (name === undefined || value === undefined) continue;
    for (const from of listAt(container.spec, "envFrom")) {
      const map = textAt(from, "configMapRef", "name");
      const source = map === undefined ? undefined : model.find("ConfigMap", container.pod.metadata.namespace, map);
      const prefix = textAt(from, "prefix") ?? "";
      const hidden = name.startsWith(prefix) ? textAt(source, "data", name.slice(prefix.length)) : undefined;
      if (!source || hidden === undefined || hidden === value) continue;
      const says = `its env sets ${name} and hides the value that ConfigMap ${source.metadata.name} has for it`;
      return {
        key: `${container.name} ${name}`,
        causeId: "env-var-shadowed",
        says,
        source,
        quote: `${name} set twice`,
      };
    }
  }
  return null;
}

function stale(model: ScopeModel, container: ContainerState): Found | null {
  const started = container.runningSince;
  if (started === undefined) return null;
  for (const source of sourcesOf(model, container)) {
    const { kind, metadata } = source;
    const changed = (model.snapshot.changes ?? []).find((change) => {
      const about = at(change, "object");
      return textAt(about, "kind") === kind && textAt(about, "name") === metadata.name && change.at > started;
    });
    const made = metadata.creationTimestamp ?? "";
    const when = changed?.at ?? (made > started ? made : undefined);
    if (when === undefined) continue;
    const says = `it was started before ${kind} ${metadata.name} was ${changed ? "changed" : "made again"}, and its env is from before`;
    return { key: `${container.name} ${metadata.name}`, causeId: "stale-config", says, source, quote: when };
  }
  return null;
}

function look(model: ScopeModel, container: ContainerState): Found | null {
  const ill = !isReady(container.pod) && !isStarting(model, container.pod);
  return (ill ? shadowed(model, container) : null) ?? stale(model, container);
}

function explain(model: ScopeModel, { owner, containers, pods, found }: ContainerGroup<Found>): Cause {
  const [first] = containers;
  const { causeId, says, source, quote } = found;
  const ill = pods.some((pod) => !isReady(pod) && !isStarting(model, pod));
  return buildCause(model, {
    causeId,
    object: owner,
    container: first.name,
    pods,
    ...(ill ? { containers } : { explains: [], effects: [] }),
    severity: ill ? "critical" : "warning",
    confidence: "likely",
    summary: `${owner.metadata.name}: ${says}`,
    evidence: [
      fieldEvidence(source, causeId === "stale-config" ? "metadata.creationTimestamp" : "data", quote),
      fieldEvidence(
        first.pod,
        `spec.containers[name=${first.name}]`,
        causeId === "stale-config" ? `started ${first.runningSince ?? ""}` : quote,
      ),
    ],
  });
}

/** Containers whose environment is not what a person reads in the cluster now. */
export const containerEnvFamily: RuleFamily = {
  rules,
  evaluate: (model, explained) =>
    groupContainers(model, explained, (container) => look(model, container)).map((group) => explain(model, group)),
};
