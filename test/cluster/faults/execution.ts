import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSigner } from "../../../src/approval/index.js";
import { buildGrants } from "../../../src/controller/index.js";
import { buildDecision } from "../../../src/controller/build-decision.js";
import type { ActionProposal } from "../../../src/domain/action.js";
import { AgentRun } from "../../../src/domain/agent-run.js";
import type { ExecutionRequest } from "../../../src/domain/execution-request.js";
import { executionId, investigationId } from "../../../src/domain/ids.js";
import { planAction } from "../../../src/planning/index.js";
import type { KubernetesApi } from "../../../src/platform/kubernetes/api.js";
import { createControllerCluster } from "../../../src/platform/kubernetes/controller-cluster.js";
import { createPlanningCluster } from "../../../src/platform/kubernetes/planning-cluster.js";
import { buildAgentRun } from "../../../src/worker/index.js";
import { aKeyPair } from "../../builders/signature.js";
import { as, freshName, tokenOf } from "../accounts.js";
import type { ApiProxy } from "./api-proxy.js";

const executors = "kubeclaw-executors";
const key = aKeyPair();

let running: ChildProcess | null = null;

/** The gateway, as far as an executor knows it; every call may be watched before and after its answer. */
async function startGateway(request: ExecutionRequest, watch: (moment: string) => void) {
  const outcomes: unknown[] = [];
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming
      .on("data", (part: Buffer) => parts.push(part))
      .on("end", () => {
        const body = parts.length === 0 ? {} : (JSON.parse(Buffer.concat(parts).toString()) as { step?: string });
        const name = `${incoming.url ?? ""}${body.step === undefined ? "" : ` ${body.step}`}`;
        watch(`before ${name}`);
        if (incoming.url === "/v1/outcome") outcomes.push(body);
        const briefing = { input: { kind: "execution", request, deadlineSeconds: 600 }, model: null };
        outgoing.end(JSON.stringify(incoming.method === "GET" ? briefing : { accepted: true }));
        watch(`after ${name}`);
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    outcomes,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

type Wish =
  | Pick<Extract<ActionProposal, { type: "rollout-undo" }>, "type" | "parameters">
  | Pick<Extract<ActionProposal, { type: "scale" }>, "type" | "parameters">;

/**
 * An approved plan for a Deployment of its own, on the real API server, with its rights minted: a rollback, if nothing
 * else is wished for.
 */
export async function anApprovedExecution(
  admin: KubernetesApi,
  proxy: ApiProxy,
  shop: string,
  wish: Wish = { type: "rollout-undo", parameters: {} },
) {
  const name = freshName("checkout");
  const target = { apiVersion: "apps/v1", kind: "Deployment", namespace: shop, name };
  const image = (tag: string) => `registry.local/shop/checkout:${tag}`;
  await admin.create({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: shop },
    spec: {
      replicas: 0,
      progressDeadlineSeconds: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "web", image: image("1.9.0") }] } },
    },
  });
  const revision = async () =>
    (await admin.get(target)).metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "0";
  const reach = async (wanted: string) => {
    while ((await revision()) !== wanted) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await reach("1");
  await admin.patch(target, [{ op: "replace", path: "/spec/template/spec/containers/0/image", value: image("1.9.1") }]);
  await reach("2");

  const controller = createControllerCluster(await as(admin, "kubeclaw-system", "kubeclaw-controller"), executors);
  const planning = createPlanningCluster(await as(admin, "kubeclaw-system", "kubeclaw-controller"));
  const run = investigationId("default", freshName("delivery"));
  const planned = await planAction(
    planning,
    { cluster: "prod-eu", environment: () => "production", expiresAfterMs: 1_800_000 },
    { run, causeId: "image-not-found", reason: "revision 1 ran", requestedBy: "U0ANA", at: new Date().toISOString() },
    { ...wish, object: { kind: "Deployment", namespace: shop, name }, tier: "T2", reason: "" },
  );
  if (planned.kind === "refused") throw new Error(planned.reason);
  const decision = await controller.ensureDecision(buildDecision(planned, executors, "default"));
  const execution = executionId(planned.id);
  await controller.mergeDecisionStatus(decision, { phase: "Approved", executionRun: execution });
  const request: ExecutionRequest = {
    run: execution,
    investigation: run,
    tenant: "default",
    decision: planned.id,
    namespace: shop,
    approval: createSigner(key.privateKey)({
      decision: planned.id,
      planDigest: planned.digest,
      team: "T0SHOP",
      approvedBy: "U0LI",
      approvedAt: new Date().toISOString(),
      expiresAt: planned.plan.expiresAt,
    }),
    requestedAt: new Date().toISOString(),
  };
  const grants = buildGrants({
    run: execution,
    tenant: "default",
    decision: planned.id,
    plan: planned.plan,
    executorNamespace: executors,
  });
  await controller.mint(grants);
  const token = await tokenOf(admin, executors, `kubeclaw-executor-${execution}`);
  const created = await admin.create(
    buildAgentRun({ kind: "execution", request, deadlineSeconds: 600 }, { agents: "kubeclaw-agents", executors }),
  );

  return {
    planned,
    planning,
    controller,
    execution,
    /** The run as the worker leaves it when its Job has failed long enough ago. */
    async ended(): Promise<AgentRun> {
      const finishedAt = new Date(Date.now() - 60_000).toISOString();
      const error = "its process ended with exit code 137";
      const { apiVersion, kind, metadata } = created;
      return AgentRun.parse(
        await admin.mergeStatus(
          { apiVersion, kind, namespace: executors, name: metadata.name },
          { phase: "Failed", error, startedAt: finishedAt, finishedAt },
        ),
      );
    },
    image: async () =>
      JSON.stringify((await admin.get(target))["spec"]).includes("checkout:1.9.0") ? "1.9.0" : "1.9.1",
    replicas: async () => (await admin.get(target))["spec"] as { replicas: number },
    /** Runs the executor's process; `watch` sees each moment at the gateway and may kill it. */
    async execute(watch: (moment: string, child: ChildProcess) => void = () => undefined) {
      let child: ChildProcess | null = null;
      const gateway = await startGateway(request, (moment) => {
        if (child) watch(moment, child);
      });
      const folder = mkdtempSync(join(tmpdir(), "kubeclaw-executor-"));
      writeFileSync(join(folder, "token"), "token");
      child = spawn(process.execPath, ["dist/main/cli.js", "executor"], {
        stdio: "ignore",
        env: {
          PATH: process.env["PATH"],
          KUBECONFIG: proxy.kubeconfig(token),
          KUBECLAW_RUN: execution,
          KUBECLAW_GATEWAY_URL: gateway.url,
          KUBECLAW_GATEWAY_TOKEN_PATH: join(folder, "token"),
          KUBECLAW_APPROVAL_PUBLIC_KEY: key.publicKey,
          KUBECLAW_EXECUTOR_NAMESPACE: executors,
          LOG_LEVEL: "silent",
        },
      });
      running = child;
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
      gateway.close();
      return { code, signal, outcomes: gateway.outcomes as { state: string; applied: boolean }[] };
    },
    kill: () => running?.kill("SIGKILL"),
  };
}
