import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../../domain/kubernetes-object.js";
import { unreadKinds } from "../../../domain/snapshot.js";
import { buildHygiene, type HygieneFinding } from "../../build-hygiene.js";
import { elapsed } from "../../elapsed.js";
import { matchesSelector } from "../../matches-selector.js";
import { type PodTemplate, podTemplates } from "../../pod-templates.js";
import { describeRules, type RuleFamily } from "../../rule.js";
import type { ScopeModel } from "../../scope-model.js";
import { textsAt } from "../../texts-at.js";

const rules = describeRules("hygiene", [
  ["single-replica", "One replica only", "a Deployment behind a Service with one replica", "propose", "info"],
  ["pdb-missing", "No PodDisruptionBudget", "several replicas, and no budget selects them", "propose", "info"],
  [
    "replicas-on-one-node",
    "All replicas on one node",
    "two or more pods of a workload, all on one node",
    "propose",
    "info",
  ],
  ["host-path-volume", "Mounts the node's disk", "a hostPath volume", "advise", "warning"],
  ["host-network", "Uses the node's network", "hostNetwork", "advise", "warning"],
  [
    "default-serviceaccount",
    "Default ServiceAccount with its token",
    "serviceAccountName default, token mounted",
    "propose",
    "info",
  ],
  [
    "stale-cronjob",
    "CronJob has not run for a month",
    "lastScheduleTime more than 30 days ago, or suspended for as long",
    "advise",
    "info",
  ],
  [
    "stale-replicaset",
    "Old ReplicaSets beyond the history",
    "an empty ReplicaSet of more than 30 days that no Deployment owns",
    "advise",
    "info",
  ],
]);

type Found = Omit<HygieneFinding, "object">;
const month = 30 * 24 * 3_600_000;

function replicas(model: ScopeModel, { workload }: PodTemplate): Found[] {
  if (workload.kind !== "Deployment" && workload.kind !== "StatefulSet") return [];
  const { name, namespace } = workload.metadata;
  const count = numberAt(workload, "spec", "replicas") ?? 1;
  const labels = textsAt(workload, "spec", "template", "metadata", "labels");
  const served = model.list("Service", namespace).some((service) => {
    const selector = Object.entries(textsAt(service, "spec", "selector"));
    return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
  });
  const scaled = model
    .list("HorizontalPodAutoscaler", namespace)
    .some((scaler) => textAt(scaler, "spec", "scaleTargetRef", "name") === name);
  const found: Found[] = [];
  if (count === 1 && served && !scaled && workload.kind === "Deployment")
    found.push({
      causeId: "single-replica",
      summary: `${name} serves with one replica: each restart is an outage`,
      path: "spec.replicas",
      quote: "1",
    });
  const budgets = model.list("PodDisruptionBudget", namespace);
  const kept = budgets.some((budget) => matchesSelector(at(budget, "spec", "selector"), labels) !== false);
  const unread = unreadKinds(model.snapshot.meta)["PodDisruptionBudget"] !== undefined;
  if (count > 1 && !kept && !unread && model.snapshot.meta.sources.objects === "full")
    found.push({
      causeId: "pdb-missing",
      summary: `${name} has ${count} replicas and no PodDisruptionBudget: a drain may take all of them at once`,
      path: "spec.replicas",
      quote: String(count),
    });
  const nodes = model.podsOf(workload).flatMap((pod) => textAt(pod, "spec", "nodeName") ?? []);
  const [node] = nodes;
  const workers = model.list("Node").length;
  if (node !== undefined && nodes.length > 1 && workers > 1 && nodes.every((other) => other === node))
    found.push({
      causeId: "replicas-on-one-node",
      summary: `All ${nodes.length} pods of ${name} are on node ${node}`,
      path: "spec.template.spec.topologySpreadConstraints",
      quote: node,
    });
  return found;
}

function host(_model: ScopeModel, { workload, spec }: PodTemplate): Found[] {
  const { name } = workload.metadata;
  const volume = listAt(spec, "volumes").find((entry) => at(entry, "hostPath") !== undefined);
  const path = textAt(volume, "hostPath", "path") ?? "";
  return [
    ...(volume === undefined
      ? []
      : [
          {
            causeId: "host-path-volume",
            summary: `${name} mounts ${path} of its node`,
            path: "spec.volumes",
            quote: path,
            severity: "warning" as const,
          },
        ]),
    ...(at(spec, "hostNetwork") === true
      ? [
          {
            causeId: "host-network",
            summary: `${name} uses the network of its node`,
            path: "spec.hostNetwork",
            quote: "true",
            severity: "warning" as const,
          },
        ]
      : []),
  ];
}

function account(model: ScopeModel, { workload, spec }: PodTemplate): Found[] {
  const name = textAt(spec, "serviceAccountName") ?? "default";
  const object = model.find("ServiceAccount", workload.metadata.namespace, "default");
  const mounts = at(spec, "automountServiceAccountToken") ?? at(object, "automountServiceAccountToken");
  if (name !== "default" || mounts === false) return [];
  return [
    {
      causeId: "default-serviceaccount",
      summary: `${workload.metadata.name} runs with the token of the default ServiceAccount`,
      path: "spec.serviceAccountName",
      quote: name,
    },
  ];
}

function stale(model: ScopeModel, object: KubernetesObject): Found[] {
  const { name } = object.metadata;
  if (object.kind === "CronJob") {
    const last = textAt(object, "status", "lastScheduleTime") ?? object.metadata.creationTimestamp;
    if (!last || elapsed(model.now, last) < month) return [];
    return [
      {
        causeId: "stale-cronjob",
        summary: `CronJob ${name} last ran on ${last.slice(0, 10)}`,
        path: "status.lastScheduleTime",
        quote: last,
      },
    ];
  }
  const idle = numberAt(object, "spec", "replicas") === 0 && !model.controllerOf(object);
  if (!idle || model.ageOf(object) < month || object.metadata.creationTimestamp === undefined) return [];
  return [
    {
      causeId: "stale-replicaset",
      summary: `ReplicaSet ${name} is empty and belongs to nobody`,
      path: "spec.replicas",
      quote: "0",
    },
  ];
}

/** What each workload as a whole lacks, or has and should not. */
export const workloadHygiene: RuleFamily = {
  rules,
  evaluate: (model) => [
    ...podTemplates(model).flatMap((template) =>
      [replicas, host, account].flatMap((check) =>
        check(model, template).map((found) => buildHygiene(model, { ...found, object: template.workload })),
      ),
    ),
    ...[...model.list("CronJob"), ...model.list("ReplicaSet")].flatMap((object) =>
      stale(model, object).map((found) => buildHygiene(model, { ...found, object })),
    ),
  ],
};
