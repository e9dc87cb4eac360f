import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../src/domain/audit-event.js";
import { runLabels } from "../../src/domain/labels.js";
import { createRedactor } from "../../src/domain/redaction.js";
import { createDoor } from "../../src/gateway/index.js";
import { addGatewayRoutes } from "../../src/platform/http/gateway-routes.js";
import { createProbeServer, createRegistry } from "../../src/platform/http/probes.js";
import type { KubernetesApi } from "../../src/platform/kubernetes/api.js";
import { createGatewayCluster } from "../../src/platform/kubernetes/gateway-cluster.js";
import { aRequest, aRunId } from "../builders/request.js";
import { kubectl } from "../e2e/kubectl.js";
import { as, asAdmin, freshName, tokenOf } from "./accounts.js";

const manifests = fileURLToPath(new URL("../../manifests", import.meta.url));
const kubeconfig = process.env["KUBECLAW_TEST_KUBECONFIG"] ?? "";
const ours = freshName("gateway-pod");
const namespaces = { agents: "kubeclaw-agents", executors: "kubeclaw-executors" };

let admin: KubernetesApi;
let server: FastifyInstance;
const audited: AuditEvent[] = [];
const refusals: string[] = [];

/** A pod as the worker's Jobs have them, never scheduled: its identity is all that is asked here. */
async function aPod(name: string, namespace: string, labels: Record<string, string>): Promise<void> {
  const spec = {
    serviceAccountName: namespace === "kubeclaw-agents" ? "kubeclaw-agent-default" : "default",
    automountServiceAccountToken: false,
    nodeSelector: { "kubeclaw.dev/nowhere": "true" },
    securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
    containers: [
      {
        name: "run",
        image: "registry.local/kubeclaw:none",
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  };
  await admin.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels } as { name: string; namespace: string },
    spec,
  });
}

/** A token as kubelet projects it: for an audience, bound to the pod. */
async function boundToken(pod: string, namespace: string, audience: string): Promise<string> {
  const { metadata } = await admin.get({ apiVersion: "v1", kind: "Pod", namespace, name: pod });
  const account = namespace === "kubeclaw-agents" ? "kubeclaw-agent-default" : "default";
  const answer = await admin.open({
    method: "POST",
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        audiences: [audience],
        expirationSeconds: 600,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod, uid: metadata.uid },
      },
    },
  });
  return ((await answer.json()) as { status: { token: string } }).status.token;
}

async function ask(
  token: string,
  path = "/v1/run",
  init: RequestInit = {},
): Promise<{ status: number; reason: string; body: Record<string, unknown> }> {
  const address = server.server.address() as { port: number };
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string> | undefined) },
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, reason: (body["error"] as { type?: string } | undefined)?.type ?? "", body };
}

beforeAll(async () => {
  admin = asAdmin();
  await kubectl(kubeconfig, ["apply", "-k", join(manifests, "overlays/outside")]);
  await aPod(ours, "kubeclaw-agents", runLabels(aRunId, "investigation", "default"));
  const onRefusal = (reason: string) => {
    refusals.push(reason);
  };
  const unexpected = () => Promise.reject(new Error("not expected here"));
  const door = createDoor({
    cluster: createGatewayCluster(await as(admin, "kubeclaw-system", "kubeclaw-gateway")),
    freezes: { find: () => Promise.resolve(null) },
    store: {
      input: (run) =>
        Promise.resolve(run === aRunId ? { kind: "investigation", request: aRequest(), deadlineSeconds: 300 } : null),
      isCancelled: () => Promise.resolve(false),
      noteVerdicts: unexpected,
      keepSnapshot: unexpected,
    },
    audit: (event) => {
      audited.push(event);
      return Promise.resolve();
    },
    redact: createRedactor(),
    tell: unexpected,
    tellController: unexpected,
    spentUsd: () => Promise.resolve(0),
    limits: null,
    metrics: null,
    namespaces,
    model: unexpected,
    onError: () => undefined,
    onRefusal,
    now: () => new Date(),
  });
  server = createProbeServer({ registry: createRegistry(), ready: () => true });
  addGatewayRoutes(server, door, (reason) => {
    onRefusal(reason);
    return Promise.resolve();
  });
  await server.listen({ port: 0, host: "127.0.0.1" });
}, 60_000);

afterAll(async () => {
  await server.close();
  await kubectl(kubeconfig, ["delete", "pod", "-n", "kubeclaw-agents", "--all", "--force", "--ignore-not-found"]);
});

describe("the door for Job pods, with the API server's own word on tokens", () => {
  it("knows the run from the pod that the token is bound to", async () => {
    const { status, body } = await ask(await boundToken(ours, "kubeclaw-agents", "kubeclaw-gateway"));
    expect(status).toBe(200);
    expect(body["input"]).toMatchObject({ request: { run: aRunId } });
  });

  it("refuses a token that is for the API server", async () => {
    expect(await ask(await tokenOf(admin, "kubeclaw-agents", "kubeclaw-agent-default"))).toMatchObject({
      status: 401,
      reason: expect.stringMatching(/wrong-audience|token-invalid/) as unknown,
    });
  });

  it("refuses a token that is bound to no pod", async () => {
    expect(
      await ask(await tokenOf(admin, "kubeclaw-agents", "kubeclaw-agent-default", "kubeclaw-gateway")),
    ).toMatchObject({ status: 401, reason: "not-a-pod" });
  });

  it("refuses a pod that is no run, and one of another namespace", async () => {
    const stranger = freshName("stranger");
    await aPod(stranger, "kubeclaw-agents", { app: "something" });
    expect(await ask(await boundToken(stranger, "kubeclaw-agents", "kubeclaw-gateway"))).toMatchObject({
      status: 403,
      reason: "not-a-run",
    });
    const elsewhere = freshName("elsewhere");
    await kubectl(kubeconfig, ["create", "namespace", elsewhere]);
    for (let turn = 0; turn < 50; turn += 1) {
      if (await admin.find({ apiVersion: "v1", kind: "ServiceAccount", namespace: elsewhere, name: "default" })) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await aPod(elsewhere, elsewhere, runLabels(aRunId, "investigation", "default"));
    expect(await ask(await boundToken(elsewhere, elsewhere, "kubeclaw-gateway"))).toMatchObject({
      status: 403,
      reason: "wrong-namespace",
    });
    await kubectl(kubeconfig, ["delete", "namespace", elsewhere, "--wait=false"]);
  }, 30_000);

  it("refuses what is no token, a body that is too large, and one that is not JSON", async () => {
    expect(await ask("x".repeat(40))).toMatchObject({ status: 401, reason: "token-invalid" });
    const token = await boundToken(ours, "kubeclaw-agents", "kubeclaw-gateway");
    const post = (body: string) =>
      ask(token, "/v1/progress", { method: "POST", body, headers: { "content-type": "application/json" } });
    expect(await post(JSON.stringify({ step: "a", text: "x".repeat(1_100_000) }))).toMatchObject({
      status: 413,
      reason: "body-too-large",
    });
    expect(await post("{")).toMatchObject({ status: 400, reason: "malformed-body" });
    expect(await post(JSON.stringify({ step: 7 }))).toMatchObject({ status: 422, reason: "invalid-body" });
  });

  it("refuses the token of a pod that is gone", async () => {
    const short = freshName("short");
    await aPod(short, "kubeclaw-agents", runLabels(aRunId, "investigation", "default"));
    const token = await boundToken(short, "kubeclaw-agents", "kubeclaw-gateway");
    await kubectl(kubeconfig, ["-n", "kubeclaw-agents", "delete", "pod", short, "--force", "--grace-period=0"]);
    const answer = await ask(token);
    expect([401, 403]).toContain(answer.status);
  }, 30_000);

  it("counts and audits every refusal", () => {
    expect(refusals.length).toBeGreaterThan(6);
    expect(
      audited.every((event) => event.kind === "delivery.refused" && typeof event.detail["reason"] === "string"),
    ).toBe(true);
  });
});
