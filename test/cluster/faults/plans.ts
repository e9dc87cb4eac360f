import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSigner } from "../../../src/approval/index.js";
import { buildDecision } from "../../../src/controller/build-decision.js";
import type { ControllerMessage } from "../../../src/domain/controller-message.js";
import { Decision } from "../../../src/domain/decision.js";
import { executionId, investigationId } from "../../../src/domain/ids.js";
import type { Outcome } from "../../../src/domain/outcome.js";
import { planAction } from "../../../src/planning/index.js";
import { createPlanningCluster } from "../../../src/platform/kubernetes/planning-cluster.js";
import { createEnqueue } from "../../../src/platform/redis/queues.js";
import { buildAgentRun } from "../../../src/worker/index.js";
import { freshName } from "../accounts.js";
import { until, type World } from "./world.js";

const image = (tag: string) => `registry.local/shop/checkout:${tag}`;

/** What a controller is told and does, in one world. */
export function plansOf(world: World) {
  const { admin, executors, shop } = world;
  const tellController = createEnqueue("decisions", world.redis);
  const decisionTarget = { apiVersion: "kubeclaw.dev/v1alpha1", kind: "Decision", namespace: executors };

  const plans = {
    say: (message: ControllerMessage, id: string = randomUUID()) => tellController(message, { id }),
    /** A Deployment with a revision to go back to. */
    async deployment(): Promise<string> {
      const name = freshName("checkout");
      const target = { apiVersion: "apps/v1", kind: "Deployment", namespace: shop, name };
      const containers = [{ name: "web", image: image("1.9.0") }];
      const spec = {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers } },
      };
      await admin.create({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace: shop }, spec });
      const reach = (wanted: string) =>
        until(
          async () => (await admin.get(target)).metadata.annotations?.["deployment.kubernetes.io/revision"] === wanted,
        );
      await reach("1");
      await admin.patch(target, [
        { op: "replace", path: "/spec/template/spec/containers/0/image", value: image("1.9.1") },
      ]);
      await reach("2");
      return name;
    },
    /** A run proposes the rollback of a Deployment. */
    async propose(name: string): Promise<string> {
      const run = investigationId("default", freshName("delivery"));
      const object = { kind: "Deployment", namespace: shop, name };
      await plans.say({
        kind: "propose",
        run,
        at: new Date().toISOString(),
        requestedBy: "U0ANA",
        causeId: "image-not-found",
        proposal: { type: "rollout-undo", object, parameters: {}, tier: "T2", reason: "revision 1 ran" },
      });
      return run;
    },
    async decisions(run: string): Promise<Decision[]> {
      const { items } = await admin.list(decisionTarget, { labelSelector: `kubeclaw.dev/run=${run}` });
      return items.map((item) => Decision.parse(item));
    },
    outcome: (decision: string): Outcome => ({
      run: executionId(decision),
      decision,
      state: "verified",
      applied: true,
      summary: "checkout is back",
      startedAt: new Date().toISOString(),
      finishedAt: new Date().toISOString(),
    }),
    /** A plan that was approved, and the run that a worker made of it. */
    async approved(expiresAfterMs = 1_800_000) {
      const name = await plans.deployment();
      const run = investigationId("default", freshName("delivery"));
      const at = new Date().toISOString();
      const planned = await planAction(
        createPlanningCluster(admin),
        { cluster: "prod-eu", environment: () => "production", expiresAfterMs },
        { run, causeId: "image-not-found", reason: "revision 1 ran", requestedBy: "U0ANA", at },
        {
          type: "rollout-undo",
          object: { kind: "Deployment", namespace: shop, name },
          parameters: {},
          tier: "T2",
          reason: "",
        },
      );
      if (planned.kind === "refused") throw new Error(planned.reason);
      const { id, digest, plan } = planned;
      await admin.create(buildDecision(planned, executors, "default"));
      const statement = {
        decision: id,
        planDigest: digest,
        team: "T0SHOP",
        approvedBy: "U0LI",
        approvedAt: at,
        expiresAt: plan.expiresAt,
      };
      const approval = createSigner(world.key.privateKey)(statement);
      const request = {
        run: executionId(id),
        investigation: run,
        tenant: "default",
        decision: id,
        namespace: shop,
        approval,
        requestedAt: at,
      };
      await admin.create(
        buildAgentRun({ kind: "execution", request, deadlineSeconds: 300 }, { agents: world.agents, executors }),
      );
      return { run, decision: id, execution: request.run };
    },
    /** Sets an execution's end, as the worker does. */
    end: (execution: string) =>
      admin.mergeStatus(
        { apiVersion: "kubeclaw.dev/v1alpha1", kind: "AgentRun", namespace: executors, name: execution },
        { phase: "Failed", error: "its process ended with exit code 137", finishedAt: new Date().toISOString() },
      ),
    async condition(execution: string, type: string) {
      const found = await world.run(execution, executors);
      return found?.status?.conditions?.find((condition) => condition.type === type);
    },
    /** Every account, role and binding that an execution has now. */
    async grants(): Promise<string[]> {
      const rbac = "rbac.authorization.k8s.io/v1";
      const kinds = [
        { apiVersion: "v1", kind: "ServiceAccount", namespace: executors },
        ...[executors, shop].flatMap((namespace) => [
          { apiVersion: rbac, kind: "Role", namespace },
          { apiVersion: rbac, kind: "RoleBinding", namespace },
        ]),
      ];
      const lists = await Promise.all(
        kinds.map((kind) => admin.list(kind, { labelSelector: "kubeclaw.dev/kind=execution" })),
      );
      return lists.flatMap(({ items }) => items.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ""}`));
    },
  };
  return plans;
}

/** Settings of a process whose clock is wrong by so many minutes. */
export function clockOff(world: World, minutes: number): Record<string, string> {
  const path = join(world.folder(), "clock.mjs");
  writeFileSync(
    path,
    `const off = ${minutes * 60_000}; const Real = Date; const now = Real.now.bind(Real);
     globalThis.Date = class extends Real {
       constructor(...args) { if (args.length === 0) super(now() + off); else super(...args); }
       static now() { return now() + off; }
     };`,
  );
  return { NODE_OPTIONS: `--import ${path}` };
}
