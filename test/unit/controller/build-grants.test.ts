import { describe, expect, it } from "@jest/globals";
import { buildGrants } from "../../../src/controller/index.js";
import { aDecisionId, aPlan } from "../../builders/plan.js";
import { anExecutionId } from "../../builders/request.js";

const name = `kubeclaw-executor-${anExecutionId}`;
const grants = buildGrants({
  run: anExecutionId,
  tenant: "default",
  decision: aDecisionId,
  plan: aPlan(),
  executorNamespace: "kubeclaw-executors",
});

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  verbs: string[];
}
const rulesIn = (namespace: string) =>
  grants.find(({ kind, metadata }) => kind === "Role" && metadata.namespace === namespace)?.["rules"] as Rule[];

describe("the rights of one execution", () => {
  it("are one account and two Roles, bound to that account alone", () => {
    expect(grants.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
      "ServiceAccount kubeclaw-executors",
      "Role kubeclaw-executors",
      "RoleBinding kubeclaw-executors",
      "Role shop",
      "RoleBinding shop",
    ]);
    for (const binding of grants.filter(({ kind }) => kind === "RoleBinding")) {
      expect(binding["roleRef"]).toEqual({ apiGroup: "rbac.authorization.k8s.io", kind: "Role", name });
      expect(binding["subjects"]).toEqual([{ kind: "ServiceAccount", name, namespace: "kubeclaw-executors" }]);
    }
  });

  it("in the target's namespace: patch that one Deployment, read what verification reads", () => {
    expect(rulesIn("shop")).toEqual([
      { apiGroups: ["apps"], resources: ["deployments"], resourceNames: ["checkout"], verbs: ["patch"] },
      { apiGroups: [""], resources: ["pods", "events", "configmaps"], verbs: ["get", "list"] },
      {
        apiGroups: ["apps"],
        resources: ["deployments", "replicasets", "statefulsets", "daemonsets"],
        verbs: ["get", "list"],
      },
    ]);
  });

  it("in its own namespace: read its own Decision", () => {
    expect(rulesIn("kubeclaw-executors")).toEqual([
      { apiGroups: ["kubeclaw.dev"], resources: ["decisions"], resourceNames: [aDecisionId], verbs: ["get"] },
    ]);
  });

  it("hold no verb but get, list and patch, no wildcard, no Secret, and write one named object", () => {
    const rules = ["shop", "kubeclaw-executors"].flatMap(rulesIn);
    const all = rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]);
    expect([...new Set(rules.flatMap(({ verbs }) => verbs))].sort()).toEqual(["get", "list", "patch"]);
    expect(all).not.toContain("*");
    expect(all).not.toContain("secrets");
    const writing = rules.filter(({ verbs }) => verbs.includes("patch"));
    expect(writing.map(({ resourceNames }) => resourceNames)).toEqual([["checkout"]]);
  });

  it("are named after the run, labelled with it, and mount no token by themselves", () => {
    expect(new Set(grants.map(({ metadata }) => metadata.name))).toEqual(new Set([name]));
    expect(grants.every(({ metadata }) => metadata.labels["kubeclaw.dev/run"] === anExecutionId)).toBe(true);
    expect(grants[0]?.["automountServiceAccountToken"]).toBe(false);
  });
});
