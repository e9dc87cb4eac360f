import { describe, expect, it } from "@jest/globals";
import { createHandleMessage } from "../../../src/controller/index.js";
import type { ControllerMessage } from "../../../src/domain/controller-message.js";
import type { Decision } from "../../../src/domain/decision.js";
import type { Outcome } from "../../../src/domain/outcome.js";
import { Plan } from "../../../src/domain/plan.js";
import { aDeployment, aReplicaSet, after, badImage, goodImage, noon } from "../../builders/kubernetes.js";
import { aDecision, aDecisionId, aPlan } from "../../builders/plan.js";
import { anExecutionId, aRunId } from "../../builders/request.js";
import { createControllerCluster } from "../../fakes/controller-cluster.js";
import { patched, written } from "../../fakes/live-object.js";
import { createPlanningCluster } from "../../fakes/planning-cluster.js";
import { createRecorder } from "../../fakes/recorder.js";

function aWorld(decisions: Decision[] = [], live: ReturnType<typeof aDeployment> | null = aDeployment()) {
  const cluster = createControllerCluster({ decisions });
  const said = createRecorder();
  const handle = createHandleMessage({
    cluster,
    planning: createPlanningCluster({ live, replicaSets: [aReplicaSet(7), aReplicaSet(8, badImage)] }),
    settings: { cluster: "prod-eu", environment: () => "production", expiresAfterMs: 1_800_000 },
    tell: (fact, id) => {
      cluster.log.push(`tell ${fact.kind}`);
      return said.tell(fact, id);
    },
    namespace: "kubeclaw-executors",
    tenant: "default",
  });
  const phase = (name = aDecisionId) => cluster.decisions.get(name)?.status?.phase;
  return { cluster, said, handle, phase };
}

const base = { run: aRunId, at: noon.toISOString(), requestedBy: "U0ANA" };
const propose: ControllerMessage = {
  kind: "propose",
  ...base,
  causeId: "image-not-found",
  proposal: {
    type: "rollout-undo",
    object: { kind: "Deployment", namespace: "shop", name: "checkout" },
    parameters: { toRevision: 7 },
    tier: "T2",
    reason: `revision 7 ran ${goodImage}`,
  },
};
const settled = (state: "approved" | "denied" | "expired" | "superseded"): ControllerMessage => ({
  kind: "settled",
  ...base,
  decision: aDecisionId,
  state,
  by: state === "expired" ? null : "U0LI",
});
const outcome = (over: Partial<Outcome> = {}): ControllerMessage => ({
  kind: "outcome",
  ...base,
  outcome: {
    run: anExecutionId,
    decision: aDecisionId,
    state: "verified",
    applied: true,
    summary: "4 of 4 ready",
    startedAt: noon.toISOString(),
    finishedAt: after(38),
    ...over,
  },
});

describe("a proposal", () => {
  it("becomes a Decision that waits, and only then a plan in the thread", async () => {
    const { cluster, said, handle, phase } = aWorld();
    await handle(propose);
    expect(phase()).toBe("AwaitingApproval");
    expect(cluster.decisions.get(aDecisionId)?.spec).toMatchObject({ tier: "T2", target: "shop/Deployment/checkout" });
    expect(cluster.log).toEqual(["ensure decision", "decision AwaitingApproval", "tell plan"]);
    expect(said.facts.get(`${aDecisionId}-plan`)).toMatchObject({ offer: { decision: aDecisionId } });
  });

  it("that comes twice is one Decision and one plan", async () => {
    const { cluster, said, handle } = aWorld();
    await handle(propose);
    await handle(propose);
    expect([...cluster.decisions.keys()]).toEqual([aDecisionId]);
    expect([...said.facts.keys()]).toEqual([`${aDecisionId}-plan`]);
  });

  it.each(["Denied", "Expired", "Superseded", "Failed", "Verified", "Approved"] as const)(
    "that comes again does not make a Decision wait that is %s",
    async (was) => {
      const { handle, phase } = aWorld([aDecision({ status: { phase: was } })]);
      await handle(propose);
      expect(phase()).toBe(was);
    },
  );

  it("that cannot be planned is told with its reason, and leaves no Decision", async () => {
    const { cluster, said, handle } = aWorld([], aDeployment({ spec: { paused: true } }));
    await handle(propose);
    expect(cluster.decisions.size).toBe(0);
    expect([...said.facts.values()]).toMatchObject([
      { kind: "no-plan", reason: "the rollout is paused; resume it first" },
    ]);
  });
});

describe("a settled approval", () => {
  it("that is told after its rights were given still says who decided, and takes nothing back", async () => {
    const { cluster, handle } = aWorld([aDecision({ status: { phase: "Approved", executionRun: anExecutionId } })]);
    await handle(settled("approved"));
    expect(cluster.decisions.get(aDecisionId)?.status).toEqual({
      phase: "Approved",
      executionRun: anExecutionId,
      decidedBy: "U0LI",
      decidedAt: noon.toISOString(),
    });
  });

  it.each([
    ["approved", "Approved"],
    ["denied", "Denied"],
    ["expired", "Expired"],
    ["superseded", "Superseded"],
  ] as const)("%s moves a waiting Decision to %s", async (state, phase) => {
    const world = aWorld([aDecision()]);
    await world.handle(settled(state));
    expect(world.phase()).toBe(phase);
  });

  it("that comes twice changes nothing the second time", async () => {
    const { cluster, handle } = aWorld([aDecision()]);
    await handle(settled("approved"));
    await handle(settled("approved"));
    expect(cluster.log).toEqual(["decision Approved"]);
  });

  it.each(["Denied", "Verified", "Failed", "Unknown"] as const)(
    "comes too late for a Decision that is %s",
    async (was) => {
      const { cluster, handle, phase } = aWorld([aDecision({ status: { phase: was } })]);
      await handle(settled("approved"));
      expect(phase()).toBe(was);
      expect(cluster.log).toEqual([]);
    },
  );

  it("of a Decision that is gone is no error", async () => {
    const { cluster, handle } = aWorld();
    await handle(settled("approved"));
    expect(cluster.log).toEqual([]);
  });
});

describe("an outcome", () => {
  it.each([
    ["verified", "Verified"],
    ["no-effect", "NoEffect"],
    ["rolled-back", "RolledBack"],
    ["failed", "Failed"],
    ["unknown", "Unknown"],
  ] as const)("%s is told before the Decision is %s: a crash in between tells it again", async (state, phase) => {
    const world = aWorld([aDecision({ status: { phase: "Approved", executionRun: anExecutionId } })]);
    await world.handle(outcome({ state }));
    expect(world.cluster.log).toEqual(["tell outcome", `decision ${phase}`]);
    expect(world.cluster.decisions.get(aDecisionId)?.status).toMatchObject({
      phase,
      executionRun: anExecutionId,
      applied: true,
      finishedAt: after(38),
    });
  });

  it("that comes twice is told once; the first one stands", async () => {
    const { said, handle, phase } = aWorld([aDecision({ status: { phase: "Approved" } })]);
    await handle(outcome());
    await handle(outcome({ state: "unknown" }));
    expect(phase()).toBe("Verified");
    expect(said.facts.size).toBe(1);
  });
});

describe("undo", () => {
  const undo: ControllerMessage = { kind: "undo", ...base, at: after(600), decision: aDecisionId };
  const executed = written(aDeployment(), patched(aDeployment(), aPlan().patch));

  it.each(["Verified", "NoEffect"] as const)(
    "of a plan that is %s is planned as a Decision of its own",
    async (phase) => {
      const { cluster, said, handle } = aWorld([aDecision({ status: { phase } })], executed);
      await handle(undo);
      const [, fresh] = [...cluster.decisions.values()];
      expect(Plan.parse(JSON.parse(fresh!.spec.plan))).toMatchObject({ purpose: "undo", target: { generation: 9 } });
      expect(said.facts.get(`${fresh!.metadata.name}-plan`)).toBeDefined();
      expect(cluster.decisions.get(aDecisionId)?.status?.phase).toBe(phase);
    },
  );

  it.each(["AwaitingApproval", "Approved", "Denied", "RolledBack", "Failed", "Unknown"] as const)(
    "of a plan that is %s is refused: nothing of it is in effect",
    async (phase) => {
      const { cluster, said, handle } = aWorld([aDecision({ status: { phase } })], executed);
      await handle(undo);
      expect(cluster.decisions.size).toBe(1);
      expect([...said.facts.values()]).toMatchObject([
        { kind: "no-plan", reason: "nothing of that plan is in effect" },
      ]);
    },
  );

  it("of a plan that is not there is refused", async () => {
    const { said, handle } = aWorld();
    await handle(undo);
    expect([...said.facts.values()]).toMatchObject([{ kind: "no-plan", reason: "the plan is not there any more" }]);
  });
});

describe("replan", () => {
  const replan: ControllerMessage = { kind: "replan", ...base, at: after(600), decision: aDecisionId };

  it("makes the same change anew, on the object as it is now", async () => {
    const { cluster, handle } = aWorld(
      [aDecision({ status: { phase: "Expired" } })],
      aDeployment({ metadata: { generation: 11 } }),
    );
    await handle(replan);
    const [, fresh] = [...cluster.decisions.values()];
    expect(Plan.parse(JSON.parse(fresh!.spec.plan))).toMatchObject({ purpose: "remedy", target: { generation: 11 } });
  });
});
