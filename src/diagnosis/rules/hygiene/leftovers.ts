import { at, type KubernetesObject, listAt, textAt } from "../../../domain/kubernetes-object.js";
import { unreadKinds } from "../../../domain/snapshot.js";
import { buildHygiene, type HygieneFinding } from "../../build-hygiene.js";
import { matchesSelector } from "../../matches-selector.js";
import { podTemplates, referencesOf } from "../../pod-templates.js";
import { describeRules, type RuleFamily } from "../../rule.js";
import type { ScopeModel } from "../../scope-model.js";

const rules = describeRules("hygiene", [
  ["unused-configmap", "ConfigMap that nobody uses", "no pod, workload or owner refers to it", "advise", "info"],
  [
    "unused-secret",
    "Secret that nobody uses",
    "no pod, workload, ServiceAccount or Ingress refers to it",
    "advise",
    "info",
  ],
  ["unused-pvc", "Claim that nobody uses", "no pod or workload mounts it", "advise", "info"],
  [
    "unused-serviceaccount",
    "ServiceAccount that nobody uses",
    "no pod or workload runs as it, no binding names it",
    "advise",
    "info",
  ],
  ["configmap-empty", "Empty ConfigMap", "neither data nor binaryData", "advise", "info"],
  ["configmap-too-large", "ConfigMap near its limit", "more than 1 MB", "advise", "warning"],
  [
    "orphaned-object",
    "Its owner is gone",
    "an ownerReference to an object that was read and is not there",
    "advise",
    "info",
  ],
  [
    "networkpolicy-selects-no-pods",
    "NetworkPolicy for nobody",
    "podSelector takes no pod and no workload",
    "advise",
    "info",
  ],
  [
    "networkpolicy-allows-all",
    "NetworkPolicy that keeps nothing out",
    "an empty ingress rule for every pod",
    "advise",
    "info",
  ],
]);

const megabyte = 1_000_000;

/** What pods, workloads and other objects of each namespace refer to, as `KIND/NAMESPACE/NAME`. */
function referred(model: ScopeModel): Set<string> {
  const found = new Set<string>();
  const add = (kind: string, namespace: string | undefined, name: string | undefined) =>
    name !== undefined && found.add(`${kind}/${namespace ?? ""}/${name}`);
  const specs = [
    ...podTemplates(model).map(({ workload, spec }) => ({ namespace: workload.metadata.namespace, spec })),
    ...[...model.list("Pod"), ...model.list("Job"), ...model.list("ReplicaSet")].map((object) => ({
      namespace: object.metadata.namespace,
      spec: object.kind === "Pod" ? object["spec"] : at(object, "spec", "template", "spec"),
    })),
  ];
  for (const { namespace, spec } of specs) for (const { kind, name } of referencesOf(spec)) add(kind, namespace, name);
  for (const account of model.list("ServiceAccount"))
    for (const entry of [...listAt(account, "secrets"), ...listAt(account, "imagePullSecrets")])
      add("Secret", account.metadata.namespace, textAt(entry, "name"));
  for (const ingress of model.list("Ingress"))
    for (const tls of listAt(ingress, "spec", "tls"))
      add("Secret", ingress.metadata.namespace, textAt(tls, "secretName"));
  for (const binding of [...model.list("RoleBinding"), ...model.list("ClusterRoleBinding")])
    for (const subject of listAt(binding, "subjects"))
      add("ServiceAccount", textAt(subject, "namespace") ?? binding.metadata.namespace, textAt(subject, "name"));
  for (const set of model.list("StatefulSet"))
    for (const template of listAt(set, "spec", "volumeClaimTemplates"))
      for (const claim of model.list("PersistentVolumeClaim", set.metadata.namespace))
        if (claim.metadata.name.startsWith(`${textAt(template, "metadata", "name") ?? ""}-${set.metadata.name}-`))
          add("PersistentVolumeClaim", set.metadata.namespace, claim.metadata.name);
  return found;
}

/** Made by Kubernetes, by an operator or by a tool for its own ends. */
function isOwn({ kind, metadata, ...rest }: KubernetesObject): boolean {
  if (
    (metadata.ownerReferences ?? []).length > 0 ||
    Object.keys(metadata.labels ?? {}).some((label) => /dashboard|helm|operator/.test(label))
  )
    return true;
  if (kind === "ConfigMap") return metadata.name === "kube-root-ca.crt" || metadata.name.endsWith("-leader-election");
  if (kind === "ServiceAccount") return metadata.name === "default";
  const type = textAt(rest, "type") ?? "";
  return kind === "Secret" && type !== "" && type !== "Opaque" && type !== "kubernetes.io/tls";
}

const unused = [
  ["ConfigMap", "unused-configmap"],
  ["Secret", "unused-secret"],
  ["PersistentVolumeClaim", "unused-pvc"],
  ["ServiceAccount", "unused-serviceaccount"],
] as const;

function findUnused(model: ScopeModel): HygieneFinding[] {
  // Who refers to it may not have been read.
  const { meta } = model.snapshot;
  if (meta.sources.objects !== "full" || Object.keys(unreadKinds(meta)).length > 0) return [];
  const used = referred(model);
  return unused.flatMap(([kind, causeId]) =>
    model
      .list(kind)
      .filter(
        (object) => !isOwn(object) && !used.has(`${kind}/${object.metadata.namespace ?? ""}/${object.metadata.name}`),
      )
      .map((object) => ({
        causeId,
        object,
        summary: `Nothing that was read uses ${kind} ${object.metadata.name}`,
        path: "metadata.name",
        quote: object.metadata.name,
        confidence: "likely" as const,
      })),
  );
}

function sizes(model: ScopeModel): HygieneFinding[] {
  return model.list("ConfigMap").flatMap((object): HygieneFinding[] => {
    const bytes = JSON.stringify([object["data"] ?? {}, object["binaryData"] ?? {}]).length;
    const { name } = object.metadata;
    if (bytes > megabyte)
      return [
        {
          causeId: "configmap-too-large",
          object,
          summary: `ConfigMap ${name} holds ${Math.round(bytes / 1_000)} kB; 1 MiB is all that it can`,
          path: "data",
          quote: `${bytes} bytes`,
          severity: "warning",
        },
      ];
    // "{}" and "{}" in a list.
    if (bytes > 7 || isOwn(object)) return [];
    return [{ causeId: "configmap-empty", object, summary: `ConfigMap ${name} is empty`, path: "data", quote: "none" }];
  });
}

function orphans(model: ScopeModel): HygieneFinding[] {
  return ["ReplicaSet", "Pod", "Job"].flatMap((kind) =>
    model.list(kind).flatMap((object): HygieneFinding[] => {
      const owner = model.controllerOf(object);
      if (!owner || !model.knows(owner.kind) || model.find(owner.kind, object.metadata.namespace, owner.name))
        return [];
      const { name } = object.metadata;
      const summary = `${kind} ${name} belongs to ${owner.kind} ${owner.name}, which is gone`;
      return [
        {
          causeId: "orphaned-object",
          object,
          summary,
          path: "metadata.ownerReferences",
          quote: `${owner.kind}/${owner.name}`,
        },
      ];
    }),
  );
}

function policies(model: ScopeModel): HygieneFinding[] {
  return model.list("NetworkPolicy").flatMap((object): HygieneFinding[] => {
    const { name, namespace } = object.metadata;
    const selector = at(object, "spec", "podSelector");
    const labels = [
      ...model.list("Pod", namespace).map(({ metadata }) => metadata.labels ?? {}),
      ...podTemplates(model)
        .filter(({ workload }) => workload.metadata.namespace === namespace)
        .map(
          ({ workload }) => (at(workload, "spec", "template", "metadata", "labels") ?? {}) as Record<string, string>,
        ),
    ];
    if (model.knows("Pod") && labels.length > 0 && labels.every((each) => matchesSelector(selector, each) === false))
      return [
        {
          causeId: "networkpolicy-selects-no-pods",
          object,
          summary: `NetworkPolicy ${name} selects no pod and no workload`,
          path: "spec.podSelector",
          quote: JSON.stringify(selector ?? {}),
        },
      ];
    const open = listAt(object, "spec", "ingress").some(
      (rule) => listAt(rule, "from").length === 0 && listAt(rule, "ports").length === 0,
    );
    if (!open) return [];
    return [
      {
        causeId: "networkpolicy-allows-all",
        object,
        summary: `NetworkPolicy ${name} lets everybody in`,
        path: "spec.ingress",
        quote: "{}",
      },
    ];
  });
}

/** What was left over, and what says nothing. */
export const leftoverHygiene: RuleFamily = {
  rules,
  evaluate: (model) =>
    [findUnused, sizes, orphans, policies].flatMap((check) =>
      check(model).map((finding) => buildHygiene(model, finding)),
    ),
};
