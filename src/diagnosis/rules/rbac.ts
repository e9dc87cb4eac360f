import { type KubernetesObject, listAt, textAt } from "../../domain/kubernetes-object.js";
import { buildCause } from "../build-cause.js";
import { fieldEvidence } from "../build-evidence.js";
import { type Cause, describeRules, type RuleFamily } from "../rule.js";
import { refOf, type ScopeModel } from "../scope-model.js";

const rules = describeRules("rbac", [
  [
    "rbac-binding-dangling",
    "A binding leads nowhere",
    "roleRef or a ServiceAccount among the subjects of a RoleBinding does not exist",
    "propose",
    "warning",
  ],
]);

/** Roles that every API server makes for itself. */
const builtIn = /^(?:system:|admin$|edit$|view$|cluster-admin$)/;

interface Gap {
  path: string;
  quote: string;
  says: string;
}

function gapOf(model: ScopeModel, binding: KubernetesObject): Gap | null {
  const { namespace } = binding.metadata;
  const kind = textAt(binding, "roleRef", "kind") ?? "";
  const role = textAt(binding, "roleRef", "name") ?? "";
  const place = kind === "Role" ? namespace : undefined;
  if (role !== "" && !builtIn.test(role) && model.knows(kind) && !model.find(kind, place, role))
    return { path: "roleRef", quote: `${kind}/${role}`, says: `names ${kind} ${role}, which does not exist` };
  const subjects = listAt(binding, "subjects");
  for (const [index, subject] of subjects.entries()) {
    const name = textAt(subject, "name") ?? "";
    const home = textAt(subject, "namespace") ?? namespace;
    // Another namespace may not have been read.
    if (textAt(subject, "kind") !== "ServiceAccount" || model.list("ServiceAccount", home).length === 0) continue;
    if (!model.find("ServiceAccount", home, name))
      return {
        path: `subjects[${index}]`,
        quote: `ServiceAccount/${home ?? ""}/${name}`,
        says: `gives its rights to ServiceAccount ${name}, which does not exist`,
      };
  }
  return null;
}

/** Pods whose account a binding means to give rights to. */
function servedBy(model: ScopeModel, binding: KubernetesObject): KubernetesObject[] {
  const accounts = new Set(
    listAt(binding, "subjects").map(
      (subject) =>
        `${textAt(subject, "namespace") ?? binding.metadata.namespace ?? ""}/${textAt(subject, "name") ?? ""}`,
    ),
  );
  return model.pods.filter((pod) =>
    accounts.has(`${pod.metadata.namespace ?? ""}/${textAt(pod, "spec", "serviceAccountName") ?? "default"}`),
  );
}

const forbidden = /User "system:serviceaccount:[^"]{1,300}" cannot [a-z]{1,20} resource/;

function explain(model: ScopeModel, binding: KubernetesObject): Cause[] {
  const gap = gapOf(model, binding);
  if (!gap) return [];
  const refused = servedBy(model, binding).filter((pod) =>
    model
      .containersIn(pod)
      .some((container) => model.logsOf(container).some(({ lines }) => lines.some((line) => forbidden.test(line)))),
  );
  return [
    buildCause(model, {
      causeId: "rbac-binding-dangling",
      object: binding,
      pods: refused,
      ...(refused[0] ? {} : { symptom: binding }),
      summary: `${binding.kind} ${binding.metadata.name} ${gap.says}`,
      evidence: [fieldEvidence(binding, gap.path, gap.quote)],
      severity: refused.length > 0 ? "critical" : "warning",
      effects: refused.map((pod) => ({
        object: refOf(model.topOwner(pod)),
        summary: `${model.topOwner(pod).metadata.name} is forbidden what it asks for`,
      })),
    }),
  ];
}

/** Bindings that name a role or an account which does not exist; one that nobody misses is a left-over. */
export const rbacFamily: RuleFamily = {
  rules,
  evaluate: (model) =>
    ["RoleBinding", "ClusterRoleBinding"]
      .flatMap((kind) => model.list(kind))
      .flatMap((binding) => explain(model, binding)),
};
