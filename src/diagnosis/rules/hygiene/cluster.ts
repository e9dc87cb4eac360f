import { at, type KubernetesObject, listAt, numberAt, textAt } from "../../../domain/kubernetes-object.js";
import { buildHygiene, type HygieneFinding } from "../../build-hygiene.js";
import { buildRunningOn, requestsOf } from "../../node-fit.js";
import { formatAmount, parseQuantity } from "../../parse-quantity.js";
import { describeRules, type RuleFamily } from "../../rule.js";
import type { ScopeModel } from "../../scope-model.js";

const rules = describeRules("hygiene", [
  ["rbac-wildcard", "Role with wildcards", "* among the verbs and the resources of a rule", "advise", "warning"],
  [
    "multiple-default-storageclasses",
    "Several default StorageClasses",
    "more than one is-default-class annotation",
    "advise",
    "warning",
  ],
  [
    "hpa-exceeds-capacity",
    "Autoscaler may ask for more than there is",
    "maxReplicas times the pod's requests exceeds what the nodes have",
    "propose",
    "info",
  ],
  [
    "cluster-overcommitted",
    "No room for the loss of a node",
    "the sum of requests does not fit without the largest node",
    "advise",
    "warning",
  ],
  [
    "api-version-deprecated",
    "Applied with an API version that goes away",
    "the version of kubectl's last-applied annotation is not served by newer clusters",
    "propose",
    "info",
  ],
]);

function wildcards(model: ScopeModel): HygieneFinding[] {
  const builtIn = (name: string) => name.startsWith("system:") || name === "cluster-admin";
  return ["Role", "ClusterRole"]
    .flatMap((kind) => model.list(kind))
    .filter(({ metadata }) => !builtIn(metadata.name))
    .flatMap((object): HygieneFinding[] => {
      const rule = listAt(object, "rules").find(
        (entry) => listAt(entry, "verbs").includes("*") && listAt(entry, "resources").includes("*"),
      );
      if (rule === undefined) return [];
      const summary = `${object.kind} ${object.metadata.name} may do everything with everything in its API groups`;
      return [
        { causeId: "rbac-wildcard", object, summary, path: "rules", quote: JSON.stringify(rule), severity: "warning" },
      ];
    });
}

const byDefault = "storageclass.kubernetes.io/is-default-class";

function defaultClasses(model: ScopeModel): HygieneFinding[] {
  const all = model.list("StorageClass").filter(({ metadata }) => metadata.annotations?.[byDefault] === "true");
  const [first, ...others] = all;
  if (!first || others.length === 0) return [];
  const names = all.map(({ metadata }) => metadata.name).join(", ");
  return [
    {
      causeId: "multiple-default-storageclasses",
      object: first,
      summary: `${all.length} StorageClasses are the default one: ${names}; the newest is taken`,
      path: `metadata.annotations["${byDefault}"]`,
      quote: names,
      severity: "warning",
    },
  ];
}

type Amounts = ReadonlyMap<string, number>;
const resources = ["cpu", "memory"] as const;

function allocatable(node: KubernetesObject): Amounts {
  return new Map(
    resources.map((resource) => [resource, parseQuantity(at(node, "status", "allocatable", resource)) ?? 0]),
  );
}

function sum(amounts: readonly Amounts[], resource: string): number {
  return amounts.reduce((total, each) => total + (each.get(resource) ?? 0), 0);
}

function bursts(model: ScopeModel): HygieneFinding[] {
  const nodes = model.list("Node").map(allocatable);
  if (nodes.length === 0) return [];
  return model.list("HorizontalPodAutoscaler").flatMap((object): HygieneFinding[] => {
    const [kind, name] = [
      textAt(object, "spec", "scaleTargetRef", "kind"),
      textAt(object, "spec", "scaleTargetRef", "name"),
    ];
    const target = model.find(kind ?? "", object.metadata.namespace, name ?? "");
    const most = numberAt(object, "spec", "maxReplicas");
    if (!target || most === undefined) return [];
    const pod: KubernetesObject = { ...target, kind: "Pod", spec: at(target, "spec", "template", "spec") };
    const asked = requestsOf(pod);
    const over = resources.find((resource) => (asked.get(resource) ?? 0) * most > sum(nodes, resource));
    if (over === undefined) return [];
    const [wants, has] = [(asked.get(over) ?? 0) * most, sum(nodes, over)];
    return [
      {
        causeId: "hpa-exceeds-capacity",
        object,
        summary: `${object.metadata.name} may scale to ${most} pods, which ask for ${formatAmount(over, wants)} ${over}; the nodes have ${formatAmount(over, has)}`,
        path: "spec.maxReplicas",
        quote: String(most),
      },
    ];
  });
}

function overcommitted(model: ScopeModel): HygieneFinding[] {
  const nodes = model.list("Node");
  const [first] = nodes;
  if (!first || nodes.length < 2 || model.snapshot.meta.scope.namespaces.length > 0) return [];
  const runningOn = buildRunningOn(model);
  const asked = nodes.flatMap(({ metadata }) => runningOn(metadata.name).map(requestsOf));
  const has = nodes.map(allocatable);
  const over = resources.find((resource) => {
    const largest = Math.max(...has.map((each) => each.get(resource) ?? 0));
    return sum(asked, resource) > sum(has, resource) - largest;
  });
  if (over === undefined) return [];
  const summary = `The pods ask for ${formatAmount(over, sum(asked, over))} of ${formatAmount(over, sum(has, over))} ${over}: without one node they do not fit`;
  return [
    {
      causeId: "cluster-overcommitted",
      object: first,
      summary,
      path: "status.allocatable",
      quote: over,
      severity: "warning",
    },
  ];
}

/** @see https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
const gone =
  /"apiVersion":"(extensions\/v1beta1|apps\/v1beta[12]|batch\/v1beta1|policy\/v1beta1|networking\.k8s\.io\/v1beta1|autoscaling\/v2beta[12]|rbac\.authorization\.k8s\.io\/v1beta1|apiextensions\.k8s\.io\/v1beta1|admissionregistration\.k8s\.io\/v1beta1|flowcontrol\.apiserver\.k8s\.io\/v1beta[123]|storage\.k8s\.io\/v1beta1)"/;

function deprecated(model: ScopeModel): HygieneFinding[] {
  const kinds = [...new Set(model.snapshot.objects.map(({ kind }) => kind))].sort();
  return kinds
    .flatMap((kind) => model.list(kind))
    .flatMap((object): HygieneFinding[] => {
      const applied = object.metadata.annotations?.["kubectl.kubernetes.io/last-applied-configuration"];
      const version = applied === undefined ? undefined : gone.exec(applied.slice(0, 10_000))?.[1];
      if (version === undefined) return [];
      const summary = `${object.kind} ${object.metadata.name} was applied as ${version}, which newer clusters do not serve`;
      return [{ causeId: "api-version-deprecated", object, summary, path: "metadata.annotations", quote: version }];
    });
}

/** What holds for the cluster as a whole. */
export const clusterHygiene: RuleFamily = {
  rules,
  evaluate: (model) =>
    [wildcards, defaultClasses, bursts, overcommitted, deprecated].flatMap((check) =>
      check(model).map((finding) => buildHygiene(model, finding)),
    ),
};
