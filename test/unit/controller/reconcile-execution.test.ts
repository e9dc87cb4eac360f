import { describe, expect, it } from "@jest/globals";
import { createReconcileExecution } from "../../../src/controller/index.js";
import type { AgentRun } from "../../../src/domain/agent-run.js";
import type { Decision } from "../../../src/domain/decision.js";
import { KubeClawError } from "../../../src/domain/errors.js";
import type { KubernetesObject } from "../../../src/domain/kubernetes-object.js";
import type { Outcome } from "../../../src/domain/outcome.js";
import { aDeployment, aTemplate, after, noon } from "../../builders/kubernetes.js";
import { aDecision, aDecisionId, aPlan } from "../../builders/plan.js";
import { anExecutionId, anExecutionRun, anInvestigationRun, aRunId } from "../../builders/request.js";
import { aSignedApproval, verify } from "../../builders/signature.js";
import { createControllerCluster } from "../../fakes/controller-cluster.js";
import { createFreezes } from "../../fakes/freezes.js";
import { patched, written } from "../../fakes/live-object.js";
import { createPlanningCluster } from "../../fakes/planning-cluster.js";
import { createRecorder } from "../../fakes/recorder.js";

function aWorld(
  over: {
    decision?: Decision | null;
    live?: KubernetesObject | null;
    now?: Date;
    frozen?: string[];
    sealing?: boolean;
  } = {},
) {
  const { decision = aDecision(), live = aDeployment(), now = noon, frozen = [], sealing = true } = over;
  const cluster = createControllerCluster({ decisions: decision ? [decision] : [] });
  const said = createRecorder();
  const outcomes: [run: string, outcome: Outcome][] = [];
  const step = createReconcileExecution({
    cluster,
    planning: createPlanningCluster({ live, replicaSets: [] }),
    freezes: createFreezes(...frozen),
    sealing: () => sealing,
    tell: said.tell,
    verify,
    audit: said.audit,
    executorNamespace: "kubeclaw-executors",
    handleOutcome: (run, outcome) => {
      cluster.log.push("outcome");
      outcomes.push([run, outcome]);
      return Promise.resolve();
    },
    now: () => now,
  });
  const reconcile = (run: AgentRun) => {
    cluster.runs.set(run.metadata.name, run);
    return step(run);
  };
  const conditions = () => cluster.conditions.get(anExecutionId)?.conditions;
  return { cluster, said, outcomes, reconcile, conditions };
}

describe("an execution whose approval holds", () => {
  it("gets its rights before it is called authorized", async () => {
    const { cluster, reconcile, conditions } = aWorld();
    await reconcile(anExecutionRun());
    expect(cluster.log).toEqual(["decision Approved", "mint", "condition Authorized=True"]);
    expect(cluster.grants.size).toBe(5);
    expect(conditions()).toMatchObject([{ type: "Authorized", status: "True", message: "by U0LI" }]);
    expect(cluster.decisions.get(aDecisionId)?.status).toMatchObject({ executionRun: anExecutionId });
  });

  it("waits while the audit log cannot be written, says so, and is not refused", async () => {
    const { cluster, said, reconcile } = aWorld({ sealing: false });
    await expect(reconcile(anExecutionRun())).rejects.toMatchObject({ retryable: true });
    expect(cluster.log).toEqual([]);
    expect(cluster.grants.size).toBe(0);
    expect([...said.facts.values()]).toMatchObject([{ kind: "executing", text: expect.stringContaining("audit log") }]);
  });

  it("says why its rights cannot be given, once, and is tried again", async () => {
    const { cluster, said, reconcile, conditions } = aWorld();
    cluster.mint = () => Promise.reject(new KubeClawError("forbidden", "roles.rbac.authorization.k8s.io is forbidden"));
    for (const _turn of [1, 2]) await expect(reconcile(anExecutionRun())).rejects.toMatchObject({ code: "forbidden" });
    expect([...said.facts.values()]).toMatchObject([
      { kind: "executing", run: aRunId, text: expect.stringContaining("cannot be given: roles.rbac") },
    ]);
    expect(conditions()).toBeUndefined();
  });

  it("is authorized once", async () => {
    const { cluster, reconcile } = aWorld();
    const conditions = [
      { type: "Authorized", status: "True" as const, reason: "Approved", message: "", lastTransitionTime: after(0) },
    ];
    await reconcile(anExecutionRun({ status: { phase: "Running", conditions } }));
    expect(cluster.log).toEqual([]);
  });

  it("loses again what was minted for it after another controller had taken its rights back", async () => {
    const { cluster, reconcile } = aWorld();
    cluster.setRunConditions = (run) => {
      const over = { type: "RightsTakenBack", status: "True" as const, reason: "Ended", message: "" };
      const conditions = [{ ...over, lastTransitionTime: after(0) }];
      cluster.runs.set(run.metadata.name, { ...run, status: { phase: "Failed", conditions } });
      return Promise.reject(new KubeClawError("conflict", "another version"));
    };
    await expect(reconcile(anExecutionRun())).rejects.toMatchObject({ code: "conflict" });
    expect(cluster.log).toEqual(["decision Approved", "mint", "take back"]);
    expect(cluster.grants.size).toBe(0);
  });

  it("may be authorized again after a crash on the way", async () => {
    const decision = aDecision({ status: { phase: "Approved", executionRun: anExecutionId } });
    const { conditions, reconcile } = aWorld({ decision });
    await reconcile(anExecutionRun());
    expect(conditions()).toMatchObject([{ status: "True" }]);
  });
});

describe("an execution gets no rights", () => {
  const forged = { ...aSignedApproval(), signature: Buffer.alloc(64).toString("base64") };
  const status = (phase: Decision["status"]) => ({ decision: aDecision({ status: phase }) });

  it.each<[string, string, Parameters<typeof aWorld>[0], AgentRun]>([
    ["bad-signature", "forged", {}, anExecutionRun({ spec: { approval: forged } })],
    [
      "digest-mismatch",
      "for another plan",
      {},
      anExecutionRun({ spec: { approval: aSignedApproval({ planDigest: "0".repeat(64) }) } }),
    ],
    ["expired", "too late", { now: new Date(after(1_800)) }, anExecutionRun()],
    ["frozen", "the kill switch", { frozen: ["shop"] }, anExecutionRun()],
    ["stale", "no Decision", { decision: null }, anExecutionRun()],
    ["already-decided", "denied", status({ phase: "Denied" }), anExecutionRun()],
    ["already-decided", "expired before", status({ phase: "Expired" }), anExecutionRun()],
    ["superseded", "superseded", status({ phase: "Superseded" }), anExecutionRun()],
    ["already-decided", "executed before", status({ phase: "Verified" }), anExecutionRun()],
    [
      "already-decided",
      "another run has it",
      status({ phase: "Approved", executionRun: "kc-exe-ffffffffffffffffffff" }),
      anExecutionRun(),
    ],
  ])("%s (%s)", async (reason, _what, world, run) => {
    const { cluster, said, reconcile, conditions } = aWorld(world);
    await reconcile(run);
    expect(cluster.log).toEqual(["condition Authorized=False"]);
    expect(conditions()).toMatchObject([{ type: "Authorized", status: "False", reason }]);
    expect(cluster.grants.size).toBe(0);
    expect(said.events).toMatchObject([
      { kind: "approval.refused", run: aRunId, detail: { reason, execution: anExecutionId } },
    ]);
  });

  it("without an approval", async () => {
    const { cluster, reconcile } = aWorld();
    const run = anExecutionRun();
    const { approval: _dropped, ...spec } = run.spec;
    await reconcile({ ...run, spec });
    expect(cluster.log).toEqual(["condition Authorized=False"]);
  });

  it("where the audit record cannot be made, nothing is decided", async () => {
    const world = aWorld({ decision: null });
    world.said.audit = () => Promise.reject(new Error("away"));
    const reconcile = createReconcileExecution({
      cluster: world.cluster,
      planning: createPlanningCluster({ live: null, replicaSets: [] }),
      freezes: createFreezes(),
      sealing: () => true,
      tell: world.said.tell,
      verify,
      audit: () => Promise.reject(new Error("away")),
      executorNamespace: "kubeclaw-executors",
      handleOutcome: () => Promise.resolve(),
      now: () => noon,
    });
    world.cluster.runs.set(anExecutionId, anExecutionRun());
    await expect(reconcile(anExecutionRun())).rejects.toThrow("away");
    expect(world.cluster.log).toEqual([]);
  });
});

const ended = (over: AgentRun["status"] = {}) =>
  anExecutionRun({ status: { phase: "Failed", startedAt: after(10), finishedAt: after(60), ...over } });
const executing = () => aDecision({ status: { phase: "Approved", executionRun: anExecutionId } });
const applied = () => written(aDeployment(), patched(aDeployment(), aPlan().patch));

describe("an execution that has ended", () => {
  it("loses its rights, and is not looked at again", async () => {
    const { cluster, reconcile, conditions } = aWorld({ decision: aDecision({ status: { phase: "Verified" } }) });
    cluster.grants.add(`ServiceAccount kubeclaw-executors/kubeclaw-executor-${anExecutionId}`);
    await reconcile(ended({ phase: "Succeeded" }));
    expect(cluster.log).toEqual(["take back", "condition RightsTakenBack=True"]);
    expect(cluster.grants.size).toBe(0);
    const later = { ...ended(), status: { ...ended().status, conditions: conditions() ?? [] } };
    await reconcile(later);
    expect(cluster.log).toHaveLength(2);
  });

  it("is given a few seconds for its own word, without its rights", async () => {
    const { cluster, outcomes, reconcile } = aWorld({ decision: executing(), now: new Date(after(64)) });
    await reconcile(ended());
    expect(cluster.log).toEqual(["take back"]);
    expect(outcomes).toEqual([]);
  });

  it.each<[string, KubernetesObject | null, Partial<Outcome>]>([
    ["untouched: nothing was changed", aDeployment(), { state: "failed", applied: false }],
    ["as planned: unknown, and the change is there", applied(), { state: "unknown", applied: true }],
    [
      "changed to something else: unknown",
      aDeployment({ metadata: { generation: 9 }, spec: { template: aTemplate("x:1") } }),
      { state: "unknown", applied: false },
    ],
    ["gone: unknown", null, { state: "unknown", applied: false }],
  ])("and said nothing is judged by the cluster, which shows it %s", async (_what, live, outcome) => {
    const { cluster, outcomes, reconcile } = aWorld({ decision: executing(), live, now: new Date(after(66)) });
    await reconcile(ended({ error: "BackoffLimitExceeded: node gone" }));
    expect(outcomes).toMatchObject([[aRunId, { run: anExecutionId, decision: aDecisionId, ...outcome }]]);
    expect(outcomes[0]![1].summary).toContain("BackoffLimitExceeded: node gone");
    expect(cluster.log).toEqual(["take back", "outcome", "condition RightsTakenBack=True"]);
  });

  it("without ever having held the Decision says nothing about the run that does", async () => {
    const decision = aDecision({ status: { phase: "Approved", executionRun: "kc-exe-ffffffffffffffffffff" } });
    const { outcomes, reconcile } = aWorld({ decision, now: new Date(after(66)) });
    await reconcile(ended({ error: "already-decided: the approval does not cover this plan now" }));
    expect(outcomes).toEqual([]);
  });
});

it("has nothing to do with investigations", async () => {
  const { cluster, reconcile } = aWorld();
  await reconcile(anInvestigationRun({ status: { phase: "Succeeded" } }));
  expect(cluster.log).toEqual([]);
});
