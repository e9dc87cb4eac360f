import type { Right } from "./ports.js";

/** A right that an account of ours must have, or must not have. */
export interface ExpectedRight extends Right {
  expected: boolean;
  /** What it is for, or why it would be a hole. */
  why: string;
}

const system = "kubeclaw-system";

/** What each account may and may not do, whatever namespaces opted in. */
export function expectedRights(namespaces: { agents: string; executors: string }): ExpectedRight[] {
  const worker = { namespace: system, name: "kubeclaw-worker" };
  const gateway = { namespace: system, name: "kubeclaw-gateway" };
  const controller = { namespace: system, name: "kubeclaw-controller" };
  const bot = { namespace: system, name: "kubeclaw-bot" };
  const agent = { namespace: namespaces.agents, name: "kubeclaw-agent-default" };
  const job = { verb: "create", group: "batch", resource: "jobs" };
  const secrets = { verb: "get", group: "", resource: "secrets" };
  const policies = { group: "admissionregistration.k8s.io", resource: "validatingadmissionpolicies" };
  const must = (why: string, right: Right): ExpectedRight => ({ ...right, expected: true, why });
  const mustNot = (why: string, right: Right): ExpectedRight => ({ ...right, expected: false, why });
  return [
    must("investigations", { account: worker, ...job, namespace: namespaces.agents }),
    must("executions", { account: worker, ...job, namespace: namespaces.executors }),
    must("knowing who calls", {
      account: gateway,
      verb: "create",
      group: "authentication.k8s.io",
      resource: "tokenreviews",
    }),
    must("plans", {
      account: controller,
      verb: "create",
      group: "kubeclaw.dev",
      resource: "decisions",
      namespace: namespaces.executors,
    }),
    mustNot("nobody of ours makes pods beside the processes", {
      account: worker,
      verb: "create",
      group: "",
      resource: "pods",
      namespace: system,
    }),
    ...[worker, gateway, controller, bot, agent].map((account) =>
      mustNot("no account of ours reads Secrets", { account, ...secrets, namespace: system }),
    ),
    ...[worker, gateway, controller, bot, agent].map((account) =>
      mustNot("the second wall is the installer's", { account, verb: "delete", ...policies }),
    ),
    mustNot("rights are given away, never raised", {
      account: controller,
      verb: "escalate",
      group: "rbac.authorization.k8s.io",
      resource: "roles",
    }),
    mustNot("an investigation reads, and no more", {
      account: agent,
      verb: "create",
      group: "",
      resource: "pods",
      subresource: "exec",
    }),
  ];
}

/** What a namespace gives to investigations, and to approved plans. */
export function namespaceRights(namespace: string, agents: string): { look: Right; act: Right } {
  return {
    look: {
      account: { namespace: agents, name: "kubeclaw-agent-default" },
      verb: "list",
      group: "",
      resource: "pods",
      namespace,
    },
    act: {
      account: { namespace: system, name: "kubeclaw-controller" },
      verb: "patch",
      group: "apps",
      resource: "deployments",
      namespace,
    },
  };
}
