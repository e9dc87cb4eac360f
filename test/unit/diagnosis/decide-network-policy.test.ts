import { describe, expect, it } from "@jest/globals";
import { decideBlock, decideDnsBlock } from "../../../src/diagnosis/decide-network-policy.js";
import { buildScopeModel } from "../../../src/diagnosis/scope-model.js";
import { anObject, noon } from "../../builders/kubernetes.js";
import { aSnapshot } from "../../builders/snapshot.js";

const pod = (app: string, namespace = "shop") => anObject("v1", "Pod", { name: app, namespace, labels: { app } });
const client = pod("web");
const server = pod("db");
const policy = (name: string, app: string | null, spec: Record<string, unknown>) =>
  anObject(
    "networking.k8s.io/v1",
    "NetworkPolicy",
    { name },
    {
      spec: { podSelector: app === null ? {} : { matchLabels: { app } }, ...spec },
    },
  );
const from = (app: string, ports?: unknown[]) => ({
  from: [{ podSelector: { matchLabels: { app } } }],
  ...(ports ? { ports } : {}),
});
const model = (...policies: ReturnType<typeof policy>[]) =>
  buildScopeModel(aSnapshot([client, server, ...policies]), noon);

describe("a client is kept from a pod", () => {
  it.each([
    [
      "by a policy that denies all",
      [policy("deny", null, { policyTypes: ["Ingress"] })],
      "networkpolicy-blocks-ingress",
    ],
    ["by one that allows others", [policy("p", "db", { ingress: [from("api")] })], "networkpolicy-blocks-ingress"],
    [
      "by one that allows another port",
      [policy("p", "db", { ingress: [from("web", [{ port: 80 }])] })],
      "networkpolicy-blocks-ingress",
    ],
    ["by its own", [policy("p", "web", { policyTypes: ["Egress"], egress: [] })], "networkpolicy-blocks-egress"],
  ])("%s", (_what, policies, causeId) => {
    expect(decideBlock(model(...policies), client, server, 5432)?.causeId).toBe(causeId);
  });
});

describe("a client is let through", () => {
  it.each([
    ["where there is no policy", []],
    ["where the policy is of other pods", [policy("p", "api", { policyTypes: ["Ingress", "Egress"] })]],
    [
      "where one of two allows it",
      [policy("deny", null, { policyTypes: ["Ingress"] }), policy("p", "db", { ingress: [from("web")] })],
    ],
    ["where a rule names no peer", [policy("p", "db", { ingress: [{}] })]],
    [
      "where its port lies in a range",
      [policy("p", "db", { ingress: [from("web", [{ port: 5000, endPort: 6000 }])] })],
    ],
    [
      "where the port has a name, which nobody resolves",
      [policy("p", "db", { ingress: [from("web", [{ port: "sql" }])] })],
    ],
    [
      "where addresses may allow it",
      [policy("p", "db", { ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/8" } }] }] })],
    ],
    [
      "where the namespace's labels are not known",
      [policy("p", "db", { ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: "a" } } }] }] })],
    ],
  ])("%s", (_what, policies) => {
    expect(decideBlock(model(...policies), client, server, 5432)).toBeUndefined();
  });
});

it("DNS is blocked where no rule lets port 53 out", () => {
  const only = (port: number) =>
    policy(`only-${port}`, "web", { policyTypes: ["Egress"], egress: [{ ports: [{ port }] }] });
  expect(decideDnsBlock(model(only(5432)), client)?.causeId).toBe("networkpolicy-blocks-dns");
  expect(decideDnsBlock(model(only(5432), only(53)), client)).toBeUndefined();
});
