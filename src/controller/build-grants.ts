import { executorAccount } from "../domain/accounts.js";
import type { Plan } from "../domain/plan.js";
import { runLabels } from "../domain/labels.js";

/** One object that gives an execution a right, or the account that holds it. */
export interface Grant {
  apiVersion: string;
  kind: "ServiceAccount" | "Role" | "RoleBinding";
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** What it takes to take a grant back. */
export type GrantName = Pick<Grant, "apiVersion" | "kind"> & { metadata: { name: string; namespace: string } };

/** On the account of an execution: the namespace of what it may change, so that its rights are found without its plan. */
export const targetNamespaceAnnotation = "kubeclaw.dev/target-namespace";

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** What verification reads again in the target's namespace: the agent's read role, no more. */
const readRules: readonly Rule[] = [
  { apiGroups: [""], resources: ["pods", "events", "configmaps"], verbs: ["get", "list"] },
  {
    apiGroups: ["apps"],
    resources: ["deployments", "replicasets", "statefulsets", "daemonsets"],
    verbs: ["get", "list"],
  },
];

/**
 * The rights of one execution: its own account, one object to write, what verification reads, and its own Decision.
 * RBAC lets nobody give away what it does not hold, so none of this can exceed the controller's own rights.
 */
export function buildGrants(input: {
  run: string;
  tenant: string;
  decision: string;
  plan: Plan;
  executorNamespace: string;
}): Grant[] {
  const { run, tenant, decision, plan, executorNamespace } = input;
  const name = executorAccount(run);
  const labels = runLabels(run, "execution", tenant);
  const bind = (namespace: string, rules: readonly Rule[]): Grant[] => {
    const metadata = { name, namespace, labels };
    return [
      { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata, rules },
      {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "RoleBinding",
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
        subjects: [{ kind: "ServiceAccount", name, namespace: executorNamespace }],
      },
    ];
  };
  return [
    {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name,
        namespace: executorNamespace,
        labels,
        annotations: { [targetNamespaceAnnotation]: plan.target.namespace },
      },
      automountServiceAccountToken: false,
    },
    ...bind(executorNamespace, [
      { apiGroups: ["kubeclaw.dev"], resources: ["decisions"], resourceNames: [decision], verbs: ["get"] },
    ]),
    ...bind(plan.target.namespace, [
      {
        apiGroups: ["apps"],
        resources: [`${plan.target.kind.toLowerCase()}s`],
        resourceNames: [plan.target.name],
        verbs: ["patch"],
      },
      ...readRules,
    ]),
  ];
}

/** The names of all that was minted for a run. The account comes first, so that it is taken back last: it is what is looked for. */
export function grantNames(run: string, executorNamespace: string, targetNamespace: string): GrantName[] {
  const name = executorAccount(run);
  const apiVersion = "rbac.authorization.k8s.io/v1";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace: executorNamespace } },
    ...[executorNamespace, targetNamespace].flatMap((namespace): GrantName[] => [
      { apiVersion, kind: "Role", metadata: { name, namespace } },
      { apiVersion, kind: "RoleBinding", metadata: { name, namespace } },
    ]),
  ];
}
